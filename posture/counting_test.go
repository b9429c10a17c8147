package posture

import (
	"slices"
	"testing"
	"time"

	"github.com/podscore/podscore/policy"
)

// leading returns an elected store whose counters may go up: it leads, has a namespace,
// and was scraped an interval ago. The clock stands at now.
func leading(t *testing.T, now *time.Time) *Store {
	t.Helper()
	options := newStore(t, 10).options
	options.Elected, options.ScrapeInterval = true, time.Minute
	options.Now = func() time.Time { return *now }
	s := New(options)
	s.ReplaceNamespaces(names("a"), 0)
	s.Replace("", 1, slices.Values([]Pod(nil)))
	s.Lead(now.Add(time.Hour))
	s.Exposed(s.Snapshot())
	*now = now.Add(time.Minute)
	return s
}

// TestDue: a leader that has something to count has to confirm the Lease first.
func TestDue(t *testing.T) {
	now := start
	s := leading(t, &now)
	if s.Due() {
		t.Error("something is due, and nothing has happened")
	}
	p := testPod("a/web/1")
	p.Version = 2
	s.Put(p)
	if !s.Due() {
		t.Error("a pod has appeared, and nothing is due")
	}
	if s.Release(false); !s.Due() {
		t.Error("it is released, and nobody has confirmed the Lease")
	}
	s.Release(true)
	if s.Due() {
		t.Error("something is due that was released")
	}
	s.Exposed(s.Snapshot())
	p.Facts, p.Version = testPod("a/web/1", "privileged").Facts, 3
	s.Put(p)
	if !s.Due() { // in the counters of the namespace alone
		t.Error("a verdict has changed, and nothing is due")
	}
	s.Release(true)
	snapshot := s.Snapshot()
	if snapshot.Observed != [3]uint64{1} || snapshot.Namespaces[0].VerdictChanges != [3]uint64{0, 1} {
		t.Errorf("counted are %v pods and %v changes", snapshot.Observed, snapshot.Namespaces[0].VerdictChanges)
	}
	if s.Exposed(snapshot); len(s.ledger.pending) > 0 {
		t.Errorf("all was read, and %d observations are pending", len(s.ledger.pending))
	}
}

// TestExposedTooLate: a response that is read when this replica does not lead any more, or
// leads again, tells nothing about its counters.
func TestExposedTooLate(t *testing.T) {
	follow := func(s *Store) { s.Follow(Note{Exposed: map[string]uint64{"": 1}, At: start}) }
	for name, read := range map[string]func(*Store) *Snapshot{
		"it had resigned": func(s *Store) *Snapshot {
			s.Resign()
			return s.Snapshot()
		},
		"another leads": func(s *Store) *Snapshot {
			defer follow(s)
			return s.Snapshot()
		},
		"it leads again": func(s *Store) *Snapshot {
			defer s.Lead(start.Add(time.Hour))
			defer follow(s)
			return s.Snapshot()
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := start
			s := leading(t, &now)
			p := testPod("a/web/1")
			p.Version = 2
			s.Put(p)
			s.Release(true)
			if s.Exposed(read(s)) {
				t.Error("there are news for the Lease")
			}
			if now = now.Add(time.Minute); s.Due() || s.ledger.pending[0].cluster == done {
				t.Errorf("something is due, or taken as read: %+v", s.ledger.pending)
			}
		})
	}
}

// TestOnlyALeaderReleases, and only after the first full pass.
func TestOnlyALeaderReleases(t *testing.T) {
	p := testPod("a/web/1")
	p.Version = 2
	for name, stop := range map[string]func(*Store){
		"it resigned":              (*Store).Resign,
		"another leads":            func(s *Store) { s.Follow(Note{Exposed: map[string]uint64{"": 1}, At: start}) },
		"its claim ended":          func(s *Store) { s.Lead(start) },
		"namespaces are not known": func(s *Store) { s.namespacesSynced = false },
	} {
		t.Run(name, func(t *testing.T) {
			now := start
			s := leading(t, &now)
			s.Put(p)
			stop(s)
			if s.Due() {
				t.Error("something is due")
			}
			if s.Release(true); s.ledger.release != 0 || s.ledger.pending[0].cluster != waiting {
				t.Errorf("it is released: %+v", s.ledger.pending)
			}
			if snapshot := s.Snapshot(); snapshot.Reporting && snapshot.Synced {
				t.Error("it reports")
			}
		})
	}
}

// TestTakenBack: what a leader has released, and no scrape has read, is counted when it leads
// again, if no other has counted it.
func TestTakenBack(t *testing.T) {
	now := start
	s := leading(t, &now)
	p := testPod("a/web/1")
	p.Version = 2
	s.Put(p)
	s.Release(true)
	s.Follow(Note{Exposed: map[string]uint64{"": 1}, At: start})
	s.Lead(now.Add(time.Hour))
	s.Exposed(s.Snapshot())
	now = now.Add(time.Minute)
	s.Release(true)
	if snapshot := s.Snapshot(); snapshot.Observed != [3]uint64{1} || snapshot.Namespaces[0].Observed != [3]uint64{1} {
		t.Errorf("counted are %v pods, and %v in the namespace; want the one", snapshot.Observed, snapshot.Namespaces[0].Observed)
	}
}

// TestALeaseWithoutVersions: another replica led before there were notes, or its note
// was removed. Counting begins at the time of its last renewal.
func TestALeaseWithoutVersions(t *testing.T) {
	now := start.Add(time.Hour)
	options := newStore(t, 10).options
	options.Elected, options.Now = true, func() time.Time { return now }
	s := New(options)
	s.ReplaceNamespaces(names("a"), 0)
	s.Follow(Note{At: start})
	before, since := testPod("a/web/1"), testPod("a/web/2")
	before.Version, since.Version, since.Created = 5, 6, start.Add(time.Minute)
	s.Replace("", 7, slices.Values([]Pod{before, since}))
	s.Lead(now.Add(time.Minute))
	s.Release(false)
	s.Exposed(s.Snapshot())
	s.Release(true)
	if snapshot := s.Snapshot(); snapshot.Observed != [3]uint64{1} {
		t.Errorf("counted are %v pods, want the one that was created since", snapshot.Observed)
	} else if !s.Exposed(snapshot) || s.Note().Exposed[""] != 7 {
		t.Errorf("noted are %v, want everything up to version 7", s.Note().Exposed)
	}
}

// TestPodsAheadOfTheirNamespace: the watch on pods tells of a pod in a namespace that was
// deleted and created again before the watch on namespaces does, by an event or, when it
// was started again, by a list. The pod is counted in the new one, and what happened in
// the old one is not.
func TestPodsAheadOfTheirNamespace(t *testing.T) {
	for told, deleted := range map[string]func(*Store){
		"an event": func(s *Store) { s.DeleteNamespace("a", 4) },
		"a list":   func(s *Store) { s.ReplaceNamespaces(nil, 4) },
	} {
		t.Run(told, func(t *testing.T) {
			now := start
			s := leading(t, &now)
			old, young := testPod("a/web/1"), testPod("a/web/2", "privileged")
			old.Version, young.Version = 2, 6
			s.Put(old)
			s.Delete("a", old.Name, 3)
			s.Put(young)
			deleted(s)
			s.PutNamespace("a", nil, 0)
			s.Exposed(s.Snapshot())
			now = now.Add(time.Minute)
			s.Release(true)
			snapshot := s.Snapshot()
			if snapshot.Observed != [3]uint64{1, 1} || snapshot.Namespaces[0].Observed != [3]uint64{0, 1} {
				t.Errorf("counted are %v pods, and %v in the namespace; want both, and the younger one", snapshot.Observed, snapshot.Namespaces[0].Observed)
			}
		})
	}
}

// TestPodsOfAnEarlierNamespace: a replica that starts is told once more of a pod whose
// namespace has been deleted since. It is not counted in one of the same name that is
// created later.
func TestPodsOfAnEarlierNamespace(t *testing.T) {
	now := start
	s := leading(t, &now)
	earlier, later := testPod("b/web/1"), testPod("b/web/2")
	earlier.Version, later.Version = 2, 6
	s.Put(earlier)
	s.Delete("b", earlier.Name, 3)
	s.Put(later) // the watch on pods is ahead
	s.PutNamespace("b", nil, 5)
	s.PutNamespace("b", nil, 9) // its labels change
	s.Exposed(s.Snapshot())
	now = now.Add(time.Minute)
	s.Release(true)
	snapshot := s.Snapshot()
	if snapshot.Observed != [3]uint64{2} || snapshot.Namespaces[1].Observed != [3]uint64{1} {
		t.Errorf("counted are %v pods, and %v in the namespace; want both, and the later one", snapshot.Observed, snapshot.Namespaces[1].Observed)
	}
}

// TestPodsOfANamespaceThatIsGone: a pod appears and goes with its namespace before the watch
// on namespaces tells of it. Nothing waits for it: the Lease says that all was counted, and
// it is not counted in a later namespace of the same name.
func TestPodsOfANamespaceThatIsGone(t *testing.T) {
	for told, reached := range map[string]func(*Store){
		"a list":                  func(s *Store) { s.ReplaceNamespaces(names("a"), 4) },
		"a bookmark":              func(s *Store) { s.ReachedNamespaces(4) },
		"an event of another one": func(s *Store) { s.PutNamespace("a", nil, 4) },
	} {
		t.Run(told, func(t *testing.T) {
			now := start
			s := leading(t, &now)
			pod := testPod("b/web/1")
			pod.Version = 2
			s.Put(pod)
			s.Delete("b", pod.Name, 3)
			s.Release(true)
			s.Exposed(s.Snapshot())
			if held := s.Note().Held["b"]; held != 1 {
				t.Errorf("before the watch on namespaces has reached it, the pod is held back: noted is %d, want 1", held)
			}
			reached(s)
			s.Release(true)
			s.Exposed(s.Snapshot())
			if note := s.Note(); note.Exposed[""] != 3 || len(note.Held) > 0 {
				t.Errorf("noted is %+v, want that everything up to version 3 was counted", note)
			}
			s.PutNamespace("b", nil, 5)
			s.Exposed(s.Snapshot())
			now = now.Add(time.Minute)
			s.Release(true)
			if snapshot := s.Snapshot(); snapshot.Observed != [3]uint64{1} || snapshot.Namespaces[1].Observed != [3]uint64{} {
				t.Errorf("counted are %v pods, and %v in the namespace; want one, and none", snapshot.Observed, snapshot.Namespaces[1].Observed)
			}
		})
	}
}

// TestChangesInAnEarlierNamespace: what a configuration has changed in a namespace is not
// counted in a later one of the same name, and is in the others.
func TestChangesInAnEarlierNamespace(t *testing.T) {
	now := start
	s := leading(t, &now)
	s.PutNamespace("b", nil, 2)
	s.Put(testPod("a/web/1", "privileged"))
	s.Put(testPod("b/web/1", "privileged"))
	s.SetPolicy(s.policy.Exempting([]policy.Exemption{policy.TakeOutNamespaces(globs("*")...)}), "second", s.limits)
	s.DeleteNamespace("a", 3)
	s.PutNamespace("a", nil, 4)
	s.Exposed(s.Snapshot())
	now = now.Add(time.Minute)
	s.Release(true)
	for i, want := range [][3]uint64{{}, {0, 0, 1}} {
		if ns := s.Snapshot().Namespaces[i]; ns.VerdictChanges != want {
			t.Errorf("in %s, %v changes are counted, want %v", ns.Name, ns.VerdictChanges, want)
		}
	}
}
