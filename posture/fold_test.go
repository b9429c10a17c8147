package posture

import (
	"testing"
	"unique"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// foldedOf returns the fold of a namespace with a group of these verdicts each, of as many
// pods, all of one workload.
func foldedOf(t *testing.T, required securitycontext.CheckSet, pods map[verdict]uint32) *Namespace {
	t.Helper()
	ns := &namespace{groups: map[groupKey]*group{}}
	for v, n := range pods {
		key := groupKey{unique.Make(workload.Workload{Kind: "Deployment", Name: "cart"}), &securitycontext.Facts{Failed: v.failed}}
		ns.groups[key] = &group{groupKey: key, pods: n, oldest: unknown, now: unique.Make(v)}
	}
	return newStore(t, 1000).fold.foldNamespace("shop", ns, required)
}

// TestFoldWeighsEqualScores: a score that several pods have counts once per pod.
func TestFoldWeighsEqualScores(t *testing.T) {
	half, full := policy.Points{Earned: 1, Applicable: 2}, policy.Points{Earned: 2, Applicable: 2}
	for _, c := range []struct {
		pods  map[verdict]uint32
		score float64
		of    int
	}{
		{map[verdict]uint32{{points: half}: 3, {points: full}: 1}, 0.625, 4},
		{map[verdict]uint32{{points: half}: 1, {points: half, status: policy.Exempt}: 1}, 0.5, 2},
		{map[verdict]uint32{{points: half}: 1, {points: full, status: policy.Exempt, out: true}: 5}, 0.5, 1},
		{map[verdict]uint32{{}: 1}, 0, 0},
	} {
		if ns := foldedOf(t, 0, c.pods); ns.Score != c.score || ns.ScorePods != c.of || ns.HasScore != (c.of > 0) {
			t.Errorf("%v: the mean of %d pods is %v, %t; want %v of %d", c.pods, ns.ScorePods, ns.Score, ns.HasScore, c.score, c.of)
		}
	}
}

// TestFoldHasTheFirstCheck: a workload that fails only the check with index 0 is
// among the failures.
func TestFoldHasTheFirstCheck(t *testing.T) {
	first := securitycontext.CheckSet(0).With(0)
	failures := foldedOf(t, first, map[verdict]uint32{{status: policy.Noncompliant, failed: first}: 2}).workloads
	if len(failures) != 1 || failures[0].check != 0 || failures[0].pods != 2 {
		t.Errorf("got %+v, want two pods that fail check 0", failures)
	}
}
