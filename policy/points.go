package policy

import "github.com/podscore/podscore/securitycontext"

// Points is a score as a fraction: Earned out of Applicable + Violated. It is
// kept of every pod, and small: all weights together fit.
type Points struct {
	// Earned is the weight of the core checks that passed.
	Earned uint8
	// Applicable is the weight of the core checks that apply; 0 if none does.
	Applicable uint8
	// Violated is the weight of the guards that failed.
	Violated uint8
}

// PointsOf adds up what a pod earned and what there was to earn.
func PointsOf(facts *securitycontext.Facts) Points {
	var points Points
	if facts.Finished {
		return points
	}
	for i := range checks {
		weight := uint8(checks[i].Weight)
		switch failed, applies := facts.Failed.Has(i), !facts.NotApplicable.Has(i); {
		case !applies:
		case checks[i].Guard && failed:
			points.Violated += weight
		case !checks[i].Guard:
			points.Applicable += weight
			if !failed {
				points.Earned += weight
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
	return float64(p.Earned) / float64(p.of()), true
}

// Percent returns the score as people are shown it, from 0 to 100, rounded
// down, so that only a full score reads 100.
func (p Points) Percent() (percent int, ok bool) {
	if p.Applicable == 0 {
		return 0, false
	}
	return 100 * int(p.Earned) / p.of(), true
}

// of is what Earned is a part of.
func (p Points) of() int { return int(p.Applicable) + int(p.Violated) }
