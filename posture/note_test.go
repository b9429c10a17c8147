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
