package changes

import (
	"cmp"
	"slices"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/verdicts"
)

// State is how a failure stands, the better before the worse.
type State uint8

// The states. An advisory failure costs points, and a required one compliance too.
const (
	Absent State = iota // it passes, or there is no such container or workload
	Exempt
	Advisory
	Required
)

// Outcome is what a change does to a failure.
type Outcome uint8

// The outcomes, in the order in which they are told.
const (
	New     Outcome = iota // it counts now, or is required now
	Excused                // it is there, and is exempt now
	Fixed                  // it is no longer there, or no longer required
)

// Failure is a failure whose state changed.
type Failure struct {
	// Verdict has the failure: that of after, and where it is no longer there that of
	// before.
	Verdict *verdicts.Verdict
	*verdicts.Failure
	Before, After State
}

// Outcome returns what the change does.
func (f *Failure) Outcome() Outcome {
	switch {
	case f.After == Exempt:
		return Excused
	case f.After > f.Before:
		return New
	}
	return Fixed
}

// IsNewlyRequired reports whether the failure costs compliance, and did not before.
func (f *Failure) IsNewlyRequired() bool { return f.After == Required }

// failed is a failure on one side.
type failed struct {
	verdict *verdicts.Verdict
	failure *verdicts.Failure
	state   State
}

func stateOf(v *verdicts.Verdict, f *verdicts.Failure) State {
	switch {
	case f.Exemption != "":
		return Exempt
	case v.Required.Has(f.Check):
		return Required
	}
	return Advisory
}

// identity is by what a failure is known again: not by its reason, which may change.
type identity struct {
	check     int
	class     securitycontext.Class
	container string
}

// failedIn returns the failures of a workload's verdicts; several have the same identity
// if the workload has several templates.
func failedIn(of []*verdicts.Verdict) map[identity][]failed {
	all := map[identity][]failed{}
	for _, v := range of {
		for i := range v.Failures {
			f := &v.Failures[i]
			is := identity{f.Check, f.Class, f.Container}
			all[is] = append(all[is], failed{v, f, stateOf(v, f)})
		}
	}
	return all
}

// pair returns the failures of one identity that changed. Those whose state stays are not
// told; of the others the worst is compared with the worst.
func pair(before, after []failed) (changed []Failure) {
	before, after = withoutSame(before, after)
	for i := range max(len(before), len(after)) {
		var f Failure
		if i < len(before) {
			f = Failure{Verdict: before[i].verdict, Failure: before[i].failure, Before: before[i].state}
		}
		if i < len(after) {
			f.Verdict, f.Failure, f.After = after[i].verdict, after[i].failure, after[i].state
		}
		changed = append(changed, f)
	}
	return changed
}

// withoutSame takes out of both lists what has the same state in both, and sorts the rest,
// the worst first.
func withoutSame(before, after []failed) (_, _ []failed) {
	before = slices.Clone(before)
	var rest []failed
	for _, f := range after {
		same := slices.IndexFunc(before, func(b failed) bool { return b.state == f.state })
		if same < 0 {
			rest = append(rest, f)
			continue
		}
		before = slices.Delete(before, same, same+1)
	}
	worstFirst := func(a, b failed) int { return cmp.Compare(b.state, a.state) }
	slices.SortStableFunc(before, worstFirst)
	slices.SortStableFunc(rest, worstFirst)
	return before, rest
}
