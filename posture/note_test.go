package posture

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

// TestNoteWithoutARelease: a scrape before the first release of a term shows no more
// than the last leader has noted.
func TestNoteWithoutARelease(t *testing.T) {
	s := newStore(t, 10)
	options := s.options
	options.Elected = true
	s = New(options)
	s.ReplaceNamespaces(names("a"), 0)
	s.Follow(Note{Exposed: map[string]uint64{"": 7}, At: start})
	s.Replace("", 9, slices.Values([]Pod(nil)))
	s.Lead(start.Add(time.Minute))
	if s.Exposed(s.Snapshot()) {
		t.Error("counters went up")
	}
	if got := s.Note().Exposed[""]; got != 7 {
		t.Errorf("everything up to version %d is noted as read, want 7", got)
	}
}

// TestNoteOnceRead: what is noted covers what was read, and nothing that is pending.
func TestNoteOnceRead(t *testing.T) {
	for name, c := range map[string]struct {
		before   Note              // what was read before
		last     *Note             // of the last other leader
		released uint64            // up to this version
		pending  []observation     // since then
		exposed  uint64            // what is to be noted
		held     map[string]uint64 // and of namespaces
	}{
		"nothing is pending":              {released: 9, exposed: 9},
		"the cluster's counter is behind": {released: 9, pending: []observation{{namespace: "a", after: 5, version: 6}}, exposed: 5},
		"a namespace's is":                {released: 9, pending: []observation{{namespace: "a", cluster: done, after: 5, version: 6}}, exposed: 9, held: map[string]uint64{"a": 5}},
		"twice": {
			released: 9, exposed: 9, held: map[string]uint64{"a": 5},
			pending: []observation{{namespace: "a", cluster: done, after: 7, version: 8}, {namespace: "a", cluster: done, after: 5, version: 6}},
		},
		"what was noted before stays": {
			before: Note{Exposed: map[string]uint64{"": 8}}, released: 9, exposed: 8,
			pending: []observation{{namespace: "a", own: done, after: 5, version: 9}},
		},
		"a namespace is held by the last leader, which was ahead": {
			before: Note{Exposed: map[string]uint64{"": 12}, Held: map[string]uint64{"a": 3, "b": 11}}, last: &Note{Exposed: map[string]uint64{"": 12}},
			released: 9, exposed: 12, held: map[string]uint64{"a": 9, "b": 11},
		},
		"and is not any more": {
			before: Note{Exposed: map[string]uint64{"": 12}, Held: map[string]uint64{"a": 3}}, last: &Note{Exposed: map[string]uint64{"": 12}},
			released: 12, exposed: 12,
		},
		"it was held by this one": {before: Note{Exposed: map[string]uint64{"": 8}, Held: map[string]uint64{"a": 3}}, released: 9, exposed: 9},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(true, time.Minute, []string{""}, "")
			l.readThrough, l.note, l.pending = c.before, c.last, c.pending
			if l.readThrough.Exposed == nil {
				l.readThrough.Exposed = map[string]uint64{}
			}
			l.releasedAt, l.releasedThrough = start, map[string]uint64{"": c.released}
			got := l.noteOnceRead()
			if got.Exposed[""] != c.exposed || !maps.Equal(got.Held, c.held) || !got.At.Equal(start) {
				t.Errorf("it notes %d, and %v of namespaces; want %d and %v", got.Exposed[""], got.Held, c.exposed, c.held)
			}
		})
	}
}

// TestHeldIsBounded: the Lease has room for so many namespaces.
func TestHeldIsBounded(t *testing.T) {
	l := newLedger(true, time.Minute, []string{""}, "")
	l.readThrough.Exposed, l.releasedAt, l.releasedThrough = map[string]uint64{}, start, map[string]uint64{"": 9}
	for i := range 2 * (maxHeld + 1) { // the last ones are of namespaces that are held already
		l.pending = append(l.pending, observation{namespace: fmt.Sprint(i % (maxHeld + 1)), cluster: done, after: uint64(8 - i/(maxHeld+1)), version: 9})
	}
	held := l.noteOnceRead().Held
	if len(held) != maxHeld || held["0"] != 7 {
		t.Errorf("%d namespaces are held, the first from version %d on; want %d, and 7", len(held), held["0"], maxHeld)
	}
}

// TestAFollowerDoesNotReport, however long it could still have led.
func TestAFollowerDoesNotReport(t *testing.T) {
	l := newLedger(true, time.Minute, []string{""}, "")
	for _, c := range []struct {
		until time.Time
		want  bool
	}{{start.Add(time.Second), true}, {start, false}, {start.Add(-time.Second), false}} {
		if l.lead(c.until); l.reporting(start) != c.want {
			t.Errorf("a leader until %s reports: %t", c.until, !c.want)
		}
	}
	l.lead(start.Add(time.Second))
	if l.follow(Note{}); l.reporting(start) {
		t.Error("a follower reports")
	}
}

// TestNoteCovers: which observations a note says are counted.
func TestNoteCovers(t *testing.T) {
	note := Note{Exposed: map[string]uint64{"": 7}, Held: map[string]uint64{"a": 5}, At: start}
	noted := start.Unix()
	for name, c := range map[string]struct {
		of    observation
		scope string
		own   bool
		want  bool
	}{
		"it was up to this version":                     {observation{after: 6, version: 7, created: noted + 1, appeared: true}, "", false, true},
		"it is later, whatever a clock says":            {observation{after: 7, version: 8, created: noted - 1, appeared: true}, "", false, false},
		"it may be later, and the pod was there":        {observation{after: 6, version: 8, created: noted, appeared: true}, "", false, true},
		"it may be later, and the pod was not there":    {observation{after: 6, version: 8, created: noted + 1, appeared: true}, "", false, false},
		"a verdict that may have changed later":         {observation{after: 6, version: 8}, "", false, true},
		"its namespace is held back":                    {observation{namespace: "a", after: 5, version: 6, created: noted, appeared: true}, "", true, false},
		"and the cluster is not":                        {observation{namespace: "a", after: 5, version: 6, created: noted + 1, appeared: true}, "", false, true},
		"another namespace is held back":                {observation{namespace: "b", after: 5, version: 6, created: noted + 1, appeared: true}, "", true, true},
		"nothing is noted of its watch, it was there":   {observation{after: 6, version: 8, created: noted, appeared: true}, "b", false, true},
		"nothing is noted of its watch, it was not yet": {observation{version: 0, created: noted + 1, appeared: true}, "b", false, false},
	} {
		if got := note.covers(&c.of, c.scope, c.own); got != c.want {
			t.Errorf("%s: it covers it: %t, want %t", name, got, c.want)
		}
	}
}

// TestNobodyHasLed: only an empty note says so.
func TestNobodyHasLed(t *testing.T) {
	for _, c := range []struct {
		note Note
		want bool
	}{{Note{}, true}, {Note{Exposed: map[string]uint64{}}, false}, {Note{At: start}, false}} {
		if c.note.IsZero() != c.want {
			t.Errorf("%+v says that nobody has led: %t", c.note, !c.want)
		}
	}
}

// TestFollowNobody: where nobody has led, what is in the first lists was there before counting
// began.
func TestFollowNobody(t *testing.T) {
	now := start
	options := newStore(t, 10).options
	options.Elected, options.Now = true, func() time.Time { return now }
	s := New(options)
	s.Follow(Note{})
	s.ReplaceNamespaces(names("a"), 0)
	s.Replace("", 1, slices.Values([]Pod{testPod("a/web/1")}))
	s.Lead(now.Add(time.Hour))
	scrape(s)
	if got := scrape(s).Observed; got != [3]uint64{} {
		t.Errorf("counted are %v pods, and all were there before", got)
	}
}

// TestSince: a watch that starts needs the events after the version up to which all counters
// of its scope have them.
func TestSince(t *testing.T) {
	cluster := Note{Exposed: map[string]uint64{"": 9}, Held: map[string]uint64{"a": 5, "b": 7}}
	scopes := Note{Exposed: map[string]uint64{"a": 9, "b": 8}, Held: map[string]uint64{"a": 5}}
	for _, c := range []struct {
		note  Note
		scope string
		want  uint64
	}{{Note{Exposed: map[string]uint64{"": 9}}, "", 9}, {cluster, "", 5}, {scopes, "a", 5}, {scopes, "b", 8}, {scopes, "c", 0}} {
		if got := c.note.Since(c.scope); got != c.want {
			t.Errorf("%v, with %v held: scope %q is read since %d, want %d", c.note.Exposed, c.note.Held, c.scope, got, c.want)
		}
	}
}

// TestEqualNotes: notes differ by what they cover, and not by when they were made.
func TestEqualNotes(t *testing.T) {
	note := func(exposed, held uint64, hash string) Note {
		return Note{Exposed: map[string]uint64{"": exposed}, Held: map[string]uint64{"a": held}, Judged: Judged{Hash: hash}}
	}
	later := note(9, 5, "h1")
	later.At = start
	for _, c := range []struct {
		other Note
		want  bool
	}{{later, true}, {note(8, 5, "h1"), false}, {note(9, 4, "h1"), false}, {note(9, 5, "h2"), false}} {
		if one := note(9, 5, "h1"); one.Equal(c.other) != c.want {
			t.Errorf("%+v and\n%+v are equal: %t", one, c.other, !c.want)
		}
	}
}
