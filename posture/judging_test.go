package posture

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/podscore/podscore/policy"
)

// asked is a selector that calls a function whenever it is asked for labels.
type asked struct {
	labels.Selector
	call func()
}

func (a asked) Matches(of labels.Labels) bool {
	a.call()
	return a.Selector.Matches(of)
}

func cisExempting(t testing.TB, exemptions ...policy.Exemption) policy.Policy {
	t.Helper()
	cis, err := policy.Preset("cis")
	if err != nil {
		t.Fatal(err)
	}
	return cis.Exempting(exemptions)
}

// TestTheLockIsFreeWhilePodsAreJudged: whatever has pods judged, others may have the lock
// meanwhile, so that no configuration and no pod can hold it for long.
func TestTheLockIsFreeWhilePodsAreJudged(t *testing.T) {
	now, asks := start, 0
	s := New(Options{Policy: cisExempting(t), Limits: Limits{WorkloadSeries: 10}, Now: func() time.Time { return now }})
	syncStore(s)
	slow := policy.Exemption{Name: "slow", Checks: 1, Ends: start.Add(time.Hour), NamespaceSelector: asked{labels.Everything(), func() {
		asks++
		if !s.mu.TryLock() {
			t.Error("the lock is held while an exemption is asked")
			return
		}
		s.mu.Unlock()
	}}}
	tier := func(ns, tier string) { s.PutNamespace(ns, map[string]string{"tier": tier}, 0) }
	tier("a", "front")
	s.Put(testPod("a/web/1", "privileged"))
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"a configuration", func() { s.SetPolicy(cisExempting(t, slow), "slow", s.limits) }},
		{"a pod", func() { tier("b", "front"); s.Put(testPod("b/web/1", "privileged")) }},
		{"a list", func() {
			tier("c", "front")
			s.Replace("", 2, func(yield func(Pod) bool) { yield(testPod("c/web/1", "privileged")) })
		}},
		{"labels", func() { tier("a", "legacy") }},
		{"a namespace that goes", func() { s.DeleteNamespace("c", 0) }},
		{"an end", func() { now = now.Add(time.Hour); s.Advance() }},
	} {
		asks = 0
		if c.do(); asks == 0 && c.name != "a namespace that goes" {
			t.Errorf("%s: no exemption was asked: the test shows nothing", c.name)
		}
	}
}

// TestWhatATurnDoesNotChangeIsNotVisited counts how often a selector is asked, once for every
// namespace in which pods are judged anew.
func TestWhatATurnDoesNotChangeIsNotVisited(t *testing.T) {
	now, asks := start, 0
	counts := policy.Exemption{Name: "counts", Checks: 1, NamespaceSelector: asked{labels.Nothing(), func() { asks++ }}}
	ends := policy.Exemption{Name: "ends", Checks: 1, Ends: start.Add(time.Hour), Namespaces: globs("ns-7", "ns-1*")}
	s := New(Options{Policy: cisExempting(t, counts, ends), Limits: Limits{WorkloadSeries: 10}, Now: func() time.Time { return now }})
	for i := range 30 {
		s.PutNamespace(fmt.Sprint("ns-", i), map[string]string{}, 0)
		s.Put(testPod(fmt.Sprintf("ns-%d/web/1", i), "privileged"))
	}
	for _, c := range []struct {
		name string
		do   func()
		want int
	}{
		{"an end", func() { now = now.Add(time.Hour); s.Advance() }, 12},
		{"time that passes", func() { now = now.Add(time.Hour); s.Advance() }, 0},
		{"labels", func() { s.PutNamespace("ns-1", map[string]string{"tier": "front"}, 0) }, 1},
		{"the same labels", func() { s.PutNamespace("ns-1", map[string]string{"tier": "front"}, 0) }, 0},
		{"a new group in a namespace that is known", func() { s.Put(testPod("ns-1/other/1", "privileged")) }, 0},
		{"a pod of a known group", func() { s.Put(testPod("ns-1/other/2", "privileged")) }, 0},
		{"a configuration", func() { s.SetPolicy(cisExempting(t, counts), "second", s.limits) }, 30},
	} {
		asks = 0
		if c.do(); asks != c.want {
			t.Errorf("%s: the policy of %d namespaces is asked for, want %d", c.name, asks, c.want)
		}
	}
}

// TestLabelsThatNothingAsksFor: where no exemption selects by labels, they turn nothing. They
// are known when one comes that does.
func TestLabelsThatNothingAsksFor(t *testing.T) {
	now := start
	s := turning(t, cisExempting(t), &now)
	turns := s.turns
	s.PutNamespace("a", map[string]string{}, 2)
	s.PutNamespace("a", legacy, 3)
	if s.turns != turns {
		t.Errorf("labels that nothing asks for made %d turns", s.turns-turns)
	}
	s.SetPolicy(selecting(t, time.Time{}), "selecting", s.limits)
	if got := s.Snapshot().Namespaces[0].Pods; got != [policy.NumStatuses]int{0, 0, 1} {
		t.Errorf("pods by verdict are %v, want the pod exempt by the labels", got)
	}
}
