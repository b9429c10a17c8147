package posture

import (
	"testing"
	"unique"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// folded returns the fold of a namespace with these pods, all of one workload.
func folded(t *testing.T, required securitycontext.CheckSet, pods map[string]pod) *Namespace {
	t.Helper()
	for name, p := range pods {
		p.workload = unique.Make(workload.Workload{Kind: "Deployment", Name: "cart"})
		if p.facts == nil {
			p.facts = &securitycontext.Facts{}
		}
		pods[name] = p
	}
	return newStore(t, 1000).fold.foldNamespace("shop", &namespace{pods: pods}, required)
}

// TestFoldWeighsEqualScores: a score that several pods have counts once per pod.
func TestFoldWeighsEqualScores(t *testing.T) {
	half := policy.Points{Earned: 1, Applicable: 2}
	ns := folded(t, 0, map[string]pod{
		"a": {points: half}, "b": {points: half}, "c": {points: half}, "d": {points: policy.Points{Earned: 2, Applicable: 2}},
	})
	if ns.Score != 0.625 || !ns.HasScore {
		t.Errorf("the mean of three times 0.5 and once 1 is %v, %t", ns.Score, ns.HasScore)
	}
	if ns := folded(t, 0, map[string]pod{"a": {}}); ns.Score != 0 || ns.HasScore {
		t.Errorf("the mean of no score is %v, %t", ns.Score, ns.HasScore)
	}
}

// TestFoldHasTheFirstCheck: a workload that fails only the check with index 0 is
// among the failures.
func TestFoldHasTheFirstCheck(t *testing.T) {
	first := securitycontext.CheckSet(0).With(0)
	failures := folded(t, first, map[string]pod{"a": {status: policy.Noncompliant, facts: &securitycontext.Facts{Failed: first}}}).workloads
	if len(failures) != 1 || failures[0].check != 0 || failures[0].pods != 1 {
		t.Errorf("got %+v, want one pod that fails check 0", failures)
	}
}
