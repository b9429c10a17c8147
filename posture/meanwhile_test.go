package posture

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/podscore/podscore/policy"
)

// calling returns a policy that takes out the pods of the namespace new and of those of a tier.
// Whenever it asks for the labels of one, it calls a function. The lock is free then.
func calling(t *testing.T, tier string, do func()) policy.Policy {
	t.Helper()
	selector := asked{labels.SelectorFromSet(labels.Set{"tier": tier}), do}
	return cisExempting(t, policy.TakeOutNamespaces(globs("new")...), policy.Exemption{Name: "tier", All: true, Checks: 1 << index("privileged"), NamespaceSelector: selector})
}

// once returns a function that does something when it is called for the first time.
func once(do func()) func() {
	return func() {
		if now := do; now != nil {
			do = nil
			now()
		}
	}
}

// podsOf returns the pods of a namespace by verdict.
func podsOf(s *Store, name string) (pods [policy.NumStatuses]int) {
	for _, ns := range s.Snapshot().Namespaces {
		if ns.Name == name {
			pods = ns.Pods
		}
	}
	return pods
}

// TestWhileAPodIsJudged: what a pod is judged by can change while it is judged, and others can
// come and go.
func TestWhileAPodIsJudged(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(s *Store)
		want    [policy.NumStatuses]int // of the pods of a, which is of the tier legacy
	}{
		"nothing":           {func(*Store) {}, [3]int{0, 0, 1}},
		"labels":            {func(s *Store) { s.PutNamespace("a", map[string]string{}, 0) }, [3]int{0, 1, 0}},
		"a configuration":   {func(s *Store) { s.SetPolicy(cisExempting(t), "second", s.limits) }, [3]int{0, 1, 0}},
		"another pod of it": {func(s *Store) { s.Put(testPod("a/web/2", "privileged")) }, [3]int{0, 0, 2}},
		"it goes and comes": {func(s *Store) { s.DeleteNamespace("a", 0); s.PutNamespace("a", legacy, 0) }, [3]int{0, 0, 1}},
		"a long turn": {func(s *Store) {
			began := make(chan struct{})
			go s.SetPolicy(calling(t, "front", once(func() {
				close(began)
				for known := false; !known; time.Sleep(time.Millisecond) { // until the pod is
					s.mu.Lock()
					known = len(s.namespaces["a"].pods) > 0
					s.mu.Unlock()
				}
			})), "second", s.limits)
			<-began
		}, [3]int{0, 1, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var s *Store
			happens := func() {}
			s = New(Options{
				Policy: calling(t, "legacy", func() { happens() }), Limits: Limits{WorkloadSeries: 10}, Now: func() time.Time { return start },
			})
			syncStore(s)
			s.PutNamespace("a", legacy, 0)
			s.namespaces["a"].local = nil // so that the pod has the labels asked for
			happens = once(func() { c.happens(s) })
			s.Put(testPod("a/web/1", "privileged"))
			s.Advance() // waits for a turn
			if got := podsOf(s, "a"); got != c.want {
				t.Errorf("pods by verdict are %v, want %v", got, c.want)
			}
		})
	}
}

// TestPodsThatComeInATurn: pods of new groups have the verdicts that the turn brings, in
// whatever order it goes through the namespaces, and so have those that come after it.
func TestPodsThatComeInATurn(t *testing.T) {
	s := New(Options{Policy: cisExempting(t), Limits: Limits{WorkloadSeries: 10}, Now: func() time.Time { return start }})
	syncStore(s)
	for _, ns := range []string{"a", "b"} {
		s.PutNamespace(ns, legacy, 0)
		s.Put(testPod(ns+"/web/1", "privileged"))
	}
	s.SetPolicy(calling(t, "legacy", once(func() {
		for _, ns := range []string{"a", "b", "new"} {
			s.Put(testPod(ns+"/other/1", "privileged"))
		}
	})), "second", s.limits)
	s.PutNamespace("new", nil, 0)
	s.Put(testPod("new/web/1", "privileged"))
	for _, ns := range []string{"a", "b", "new"} {
		if got := podsOf(s, ns); got != [policy.NumStatuses]int{0, 0, 2} {
			t.Errorf("in %s, pods by verdict are %v, want both exempt", ns, got)
		}
	}
}
