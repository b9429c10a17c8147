package policy

import "github.com/podscore/podscore/securitycontext"

// Points is a score as a fraction: Earned out of Applicable + Violated.
type Points struct {
	// Earned is the weight of the core checks that passed.
	Earned int
	// Applicable is the weight of the core checks that apply; 0 if none does.
	Applicable int
	// Violated is the weight of the guards that failed.
	Violated int
}

// PointsOf adds up what a pod earned and what there was to earn.
func PointsOf(r *securitycontext.Result) Points {
	var points Points
	if r.Finished {
		return points
	}
	for i := range checks {
		switch failed, applies := r.Failed.Has(i), !r.NotApplicable.Has(i); {
		case !applies:
		case checks[i].Guard && failed:
			points.Violated += checks[i].Weight
		case !checks[i].Guard:
			points.Applicable += checks[i].Weight
			if !failed {
				points.Earned += checks[i].Weight
			}
		}
	}
	return points
}

// Ratio returns the score from 0 to 1; ok is false where no core check
// applies, which is no score, not a full one.
func (p Points) Ratio() (ratio float64, ok bool) {
	if p.Applicable == 0 {
		return 0, false
	}
	return float64(p.Earned) / float64(p.Applicable+p.Violated), true
}

// Percent returns the score as people are shown it, from 0 to 100, rounded
// down, so that only a full score reads 100.
func (p Points) Percent() (percent int, ok bool) {
	if p.Applicable == 0 {
		return 0, false
	}
	return 100 * p.Earned / (p.Applicable + p.Violated), true
}
