package policy

import "github.com/podscore/podscore/securitycontext"

// Points is a score as a fraction: Earned out of Applicable + Violated. It is kept
// for every distinct judgement, so it is small: a field can hold the sum of all weights.
type Points struct {
	// Earned is the weight of the core checks that passed.
	Earned uint8
	// Applicable is the weight of the core checks that apply; 0 if none does.
	Applicable uint8
	// Violated is the weight of the guards that failed.
	Violated uint8
}

// PointsOf returns the points of a pod; none for a finished pod.
func PointsOf(facts *securitycontext.Facts) Points { return pointsOf(facts, 0) }

// pointsOf returns the points of a pod without those of the checks that are exempt.
func pointsOf(facts *securitycontext.Facts, exempt securitycontext.CheckSet) Points {
	var points Points
	if facts.Finished {
		return points
	}
	for i := range checks {
		weight := uint8(checks[i].Weight)
		switch failed, applies := facts.Failed.Has(i), !(facts.NotApplicable | exempt).Has(i); {
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

// Ratio returns the score, from 0 to 1; ok is false if no core check applies: then the
// pod has no score.
func (p Points) Ratio() (ratio float64, ok bool) {
	if p.Applicable == 0 {
		return 0, false
	}
	return float64(p.Earned) / float64(p.total()), true
}

// Percent returns the score as it is shown to users, from 0 to 100; ok is false if no
// core check applies. It is rounded down, so that only a full score is 100.
func (p Points) Percent() (percent int, ok bool) {
	if p.Applicable == 0 {
		return 0, false
	}
	return 100 * int(p.Earned) / p.total(), true
}

// total returns the points of a full score.
func (p Points) total() int { return int(p.Applicable) + int(p.Violated) }
