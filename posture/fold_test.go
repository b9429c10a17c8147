package posture

import (
	"fmt"
	"slices"
	"strings"
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

// TestWhatIsAllExcusedHasNoScore: a pod stays in the mean with the checks that are not exempt.
// One of which all core checks that apply are exempt has nothing to be scored by.
func TestWhatIsAllExcusedHasNoScore(t *testing.T) {
	all := securitycontext.CheckSet(1<<securitycontext.NumChecks - 1)
	failed, guard := securitycontext.CheckSet(0).With(index("run-as-non-root")), securitycontext.CheckSet(0).With(index("privileged"))
	const none = "a: pods [0 0 1]"
	for name, c := range map[string]struct {
		facts   securitycontext.Facts
		excused securitycontext.CheckSet
		want    string
	}{
		"all but one check do not apply, and it is excused": {securitycontext.Facts{Failed: failed, OfPod: failed, NotApplicable: all &^ failed}, failed, none},
		"it is excused with a guard that fails":             {securitycontext.Facts{Failed: failed | guard, OfPod: failed | guard, NotApplicable: all &^ failed &^ guard}, failed | guard, none},
		"one more applies, and passes":                      {securitycontext.Facts{Failed: failed, OfPod: failed, NotApplicable: all &^ failed.With(index("seccomp-profile"))}, failed, none + " score 1.0000"},
		"one more applies, and passes, and a guard fails": {
			securitycontext.Facts{Failed: failed | guard, OfPod: failed | guard, NotApplicable: all &^ guard &^ failed.With(index("run-as-user"))}, failed, "a: pods [0 1 0] score 0.1176 privileged=1 oldest 0s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := start
			s := turning(t, cisExempting(t, policy.Exemption{Name: "e", Everywhere: true, Checks: c.excused}), &now)
			p := testPod("a/web/1")
			p.Facts = &c.facts
			s.Put(p)
			got, _, _ := strings.Cut(describe(s.Snapshot()), "\n")
			if got, _, _ = strings.Cut(got, " changes"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestWhoExemptsMuchHidesNothing: who has many exemptions shows no more of them than others,
// whatever owners they name.
func TestWhoExemptsMuchHidesNothing(t *testing.T) {
	few := []Exemption{{Name: "few", Owner: "b", Source: "b"}}
	for name, c := range map[string]struct {
		many func(i int) Exemption // without a name
		want int                   // of 20 series, those of the exemption few
	}{
		"of one owner in the same source":            {func(int) Exemption { return Exemption{Owner: "a", Source: "b"} }, 10},
		"of the same owner and source":               {func(int) Exemption { return Exemption{Owner: "b", Source: "b"} }, 1},
		"of one owner in another source":             {func(int) Exemption { return Exemption{Owner: "a", Source: "a"} }, 10},
		"of many owners in another source":           {func(i int) Exemption { return Exemption{Owner: fmt.Sprint(i), Source: "a"} }, 10},
		"of the same owner elsewhere":                {func(int) Exemption { return Exemption{Owner: "b", Source: "a"} }, 10},
		"in five sources, of which four need little": {func(i int) Exemption { return Exemption{Owner: "a", Source: fmt.Sprint("a", min(i, 4))} }, 8},
	} {
		t.Run(name, func(t *testing.T) {
			s, needs := &Snapshot{Exemptions: slices.Clone(few)}, []int{10}
			for i := range 900 {
				one := c.many(i)
				one.Name = fmt.Sprint("one-of-many-", i)
				s.Exemptions, needs = append(s.Exemptions, one), append(needs, 1)
			}
			shown, all := s.exemptionShares(needs, 20), 0
			for _, n := range shown {
				all += n
			}
			if got := shown[0]; got != c.want && c.want > 1 || got > 1 && c.want == 1 || all != 20 {
				t.Errorf("of 20 series the exemption has %d, want %d, and all have %d", shown[0], c.want, all)
			}
		})
	}
}
