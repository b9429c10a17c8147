package posture

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/podscore/podscore/policy"
)

// judgedAt is what the Lease names in these tests.
var judgedAt = Judged{Hash: "h5", Configurations: 5, Ended: start, Labels: 7}

// TestJudgedCovers: which changes are counted, by what the Lease names.
func TestJudgedCovers(t *testing.T) {
	for name, c := range map[string]struct {
		of   change
		want bool
	}{
		"the configuration that it names": {change{kind: ofConfiguration, position: 5}, true},
		"the next one":                    {change{kind: ofConfiguration, position: 6}, false},
		"the end that it names":           {change{kind: ofEnd, position: endPosition(start)}, true},
		"a later one":                     {change{kind: ofEnd, position: endPosition(start.Add(1))}, false},
		"the labels that it names":        {change{kind: ofLabels, after: 6, position: 7}, true},
		"later ones":                      {change{kind: ofLabels, after: 7, position: 8}, false},
		"labels of a list that it names":  {change{kind: ofLabels, after: 7, position: 7}, true},
		"labels that may be older":        {change{kind: ofLabels, after: 6, position: 9}, true},
	} {
		if got := judgedAt.covers(&c.of); got != c.want {
			t.Errorf("%s: it is counted: %t, want %t", name, got, c.want)
		}
	}
	if none := new(Judged); none.covers(&change{kind: ofEnd, position: endPosition(time.Unix(-1, 0))}) {
		t.Error("no end is named, and one is counted")
	}
}

// TestJudgedAdd: a change that was read moves the position of its kind alone.
func TestJudgedAdd(t *testing.T) {
	for _, c := range []struct {
		add  change
		want Judged
	}{
		{change{kind: ofConfiguration, position: 6, hash: "h6"}, Judged{"h6", 6, start, 7}},
		{change{kind: ofEnd, position: endPosition(start.Add(1))}, Judged{"h5", 5, start.Add(1), 7}},
		{change{kind: ofLabels, position: 8}, Judged{"h5", 5, start, 8}},
	} {
		got := judgedAt
		if got.add(&c.add); !got.equal(&c.want) {
			t.Errorf("after %+v it names %+v, want %+v", c.add, got, c.want)
		}
	}
}

// TestEqualJudged: one difference is enough, and the time zone is none.
func TestEqualJudged(t *testing.T) {
	for _, c := range []struct {
		other Judged
		want  bool
	}{
		{Judged{"h5", 5, start.In(time.FixedZone("", 3600)), 7}, true},
		{Judged{"h6", 5, start, 7}, false},
		{Judged{"h5", 6, start, 7}, false},
		{Judged{"h5", 5, start.Add(1), 7}, false},
		{Judged{"h5", 5, start, 8}, false},
	} {
		if judgedAt.equal(&c.other) != c.want {
			t.Errorf("%+v and %+v are equal: %t", judgedAt, c.other, !c.want)
		}
	}
}

// TestTakeInWhileStarting: nothing is counted before everything was listed, and a configuration
// that is taken in then can be the one that the Lease names.
func TestTakeInWhileStarting(t *testing.T) {
	for name, c := range map[string]struct {
		lease    string // the hash that it names
		starting string // is taken in before everything was listed
		later    []string
		want     int // are pending
	}{
		"another one than the Lease's": {"h1", "h2", nil, 0},
		"and then the Lease's":         {"h1", "h2", []string{"h1"}, 1},
		"the Lease's":                  {"h2", "h2", []string{"h3", "h2"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(true, time.Minute, []string{""}, "h1")
			l.follow(Note{At: start, Judged: Judged{Hash: c.lease, Configurations: 5}})
			l.take(change{kind: ofConfiguration, hash: c.starting}, false)
			for _, hash := range c.later {
				l.take(change{kind: ofConfiguration, hash: hash}, true)
			}
			if len(l.changes) != c.want {
				t.Errorf("%d are pending, want %d: %+v", len(l.changes), c.want, l.changes)
			}
		})
	}
}

// TestChangesAreBounded: while nobody reads the counters, the oldest of 100 changes are lost.
func TestChangesAreBounded(t *testing.T) {
	l := newLedger(true, time.Minute, []string{""}, "")
	const most = 100
	for version := range uint64(most + 3) {
		l.take(change{kind: ofLabels, after: version, position: version + 1}, true)
	}
	if len(l.changes) != most || l.changes[0].position != 4 || l.changes[most-1].position != most+3 {
		t.Errorf("%d changes are kept, from %d on; want the last %d", len(l.changes), l.changes[0].position, most)
	}
}

// TestFollowConfigurations: what is pending after configurations were taken in here, and the
// Lease has named some that another leader has counted.
func TestFollowConfigurations(t *testing.T) {
	take := func(hash string) func(*ledger) {
		return func(l *ledger) { l.take(change{kind: ofConfiguration, hash: hash}, true) }
	}
	lease := func(hash string, number uint64) func(*ledger) {
		return func(l *ledger) { l.follow(Note{At: start, Judged: Judged{Hash: hash, Configurations: number}}) }
	}
	label := func(l *ledger) { l.take(change{kind: ofLabels, hash: "labels", after: 1, position: 2}, true) }
	leaseOfLabels := func(l *ledger) { l.follow(Note{At: start, Judged: Judged{Hash: "h1", Configurations: 5, Labels: 2}}) }
	read := func(l *ledger) { // this one counts what is pending
		l.release++
		for i := range l.changes {
			l.changes[i].progress = progress(l.release)
		}
		l.confirmChanges(l.release)
	}
	for name, c := range map[string]struct {
		steps []func(*ledger) // from h1 on
		want  []string        // is pending: hashes and numbers
	}{
		"this one has counted h2, and could not note it": {
			[]func(*ledger){lease("h1", 5), take("h2"), read, take("h3"), lease("h1", 5)}, []string{"h3 7"},
		},
		"and is back at h1": {
			[]func(*ledger){lease("h1", 5), take("h2"), read, take("h3"), lease("h1", 5), take("h1")}, []string{"h3 7", "h1 8"},
		},
		"this one has counted h2, and the other h9 in its place": {
			[]func(*ledger){lease("h1", 5), take("h2"), read, lease("h9", 6), take("h10"), take("h11")}, []string{"h11 7"},
		},
		"this one passes over h2": {
			[]func(*ledger){lease("h1", 5), take("h3"), lease("h3", 7), take("h4")}, []string{"h4 8"},
		},
		"this one passes over h3, and all are back": {
			[]func(*ledger){lease("h1", 5), take("h2"), take("h1"), lease("h1", 8), take("h4")}, []string{"h4 9"},
		},
		"the other has left h1 and is back": {
			[]func(*ledger){lease("h1", 5), label, take("h2"), lease("h1", 7)}, []string{"labels 2", "h2 8"},
		},
		"the next leader passes over h2, which was counted": {
			[]func(*ledger){lease("h1", 5), take("h2"), lease("h2", 6), take("h3"), lease("h3", 6)}, nil,
		},
		"the other passes over the first ones that there were": {
			[]func(*ledger){lease("h1", 0), label, take("h2"), take("h3"), take("h4"), lease("h4", 1)}, []string{"labels 2"},
		},
		"this one never had h9, and meets the Lease at h4": {
			[]func(*ledger){lease("h1", 5), lease("h9", 7), take("h2"), take("h3"), take("h4"), lease("h4", 8), take("h5"), take("h4")}, []string{"h5 9", "h4 10"},
		},
		"and just after h3": {
			[]func(*ledger){lease("h1", 5), lease("h9", 7), take("h2"), take("h3"), take("h4"), lease("h3", 7), take("h5"), take("h3")}, []string{"h4 8", "h5 9", "h3 10"},
		},
		"it meets the Lease when it has h9 at last": {
			[]func(*ledger){lease("h1", 5), lease("h9", 7), take("h2"), take("h3"), take("h4"), take("h9"), label, take("h10")}, []string{"labels 2", "h10 8"},
		},
		"the other has counted the labels":    {[]func(*ledger){lease("h1", 5), label, leaseOfLabels}, nil},
		"and this one takes them in after it": {[]func(*ledger){lease("h1", 5), leaseOfLabels, label}, nil},
		"it counts h4 itself": {
			[]func(*ledger){lease("h1", 5), lease("h9", 7), take("h2"), take("h3"), take("h4"), read, take("h5"), take("h4")}, []string{"h5 9", "h4 10"},
		},
		"h9 came after all that were taken in here, so the next one is taken for it": {
			[]func(*ledger){lease("h1", 5), label, take("h2"), take("h3"), lease("h9", 6), take("h10"), take("h11")}, []string{"labels 2", "h11 7"},
		},
		"and h9 was the first that was counted": {
			[]func(*ledger){lease("h1", 0), take("h2"), lease("h9", 1), take("h10"), take("h11")}, []string{"h11 2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(true, time.Minute, []string{""}, "h1")
			for _, step := range c.steps {
				step(&l)
			}
			if got := pendingChanges(&l); !slices.Equal(got, c.want) {
				t.Errorf("%q are pending, want %q", got, c.want)
			}
		})
	}
}

func pendingChanges(l *ledger) (list []string) {
	for _, c := range l.changes {
		list = append(list, fmt.Sprintf("%s %d", c.hash, c.position))
	}
	return list
}

// TestChangesThatAreDue: what a leader has to do at a scrape for a change that is pending.
func TestChangesThatAreDue(t *testing.T) {
	exempt := func(namespaces ...string) func(*Store) {
		return func(s *Store) {
			s.SetPolicy(s.policy.Exempting([]policy.Exemption{policy.TakeOutNamespaces(globs(namespaces...)...)}), namespaces[0], s.limits)
		}
	}
	for name, c := range map[string]struct {
		steps []func(*Store)
		due   bool      // a counter would go up
		news  bool      // it has gone up, which the Lease has to say
		want  [3]uint64 // changes in the namespace a, by the new verdict
	}{
		"nothing has changed":               {},
		"a configuration that changes none": {steps: []func(*Store){exempt("nowhere")}},
		"one that changes a verdict":        {[]func(*Store){exempt("nowhere"), exempt("a")}, true, true, [3]uint64{0, 0, 1}},
		"it waits for one in a new namespace": {steps: []func(*Store){
			func(s *Store) {
				s.PutNamespace("b", nil, 2)
				s.Put(testPod("b/web/1", "privileged"))
				scrape(s)
			}, exempt("b"), exempt("a", "b"),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			now := start
			s := leading(t, &now)
			s.Put(testPod("a/web/1", "privileged"))
			scrape(s)
			for _, step := range c.steps {
				step(s)
			}
			if got := s.Due(); got != c.due {
				t.Errorf("something is due: %t, want %t", got, c.due)
			}
			s.Snapshot() // that nobody reads
			s.Release(true)
			s.Release(true) // once more adds nothing
			snapshot := s.Snapshot()
			if news := s.Exposed(snapshot); news != c.news || snapshot.Namespaces[0].VerdictChanges != c.want {
				t.Errorf("there are news: %t, and %v changes; want %t and %v", news, snapshot.Namespaces[0].VerdictChanges, c.news, c.want)
			}
			if s.Due() {
				t.Error("something is due that was released")
			}
		})
	}
}
