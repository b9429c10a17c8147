package securitycontext

import (
	"fmt"
	"slices"
	"strings"
)

// Policy judges results: what each check is worth, and which core checks a
// pod must pass to be compliant. Guards are always required.
type Policy struct {
	weights  [NumChecks]int
	required CheckSet
}

// The presets. The first is the default.
var presets = []struct {
	name, says string
	required   []string // core checks; empty for all
}{
	{
		"cis", "the control's critical fields",
		[]string{runAsNonRoot.ID, capabilitiesDropAll.ID, allowPrivilegeEscalation.ID, seccompProfile.ID, readOnlyRootFilesystem.ID},
	},
	{
		"restricted", "could this namespace enforce the Pod Security Standard `restricted`, as far as security contexts go",
		[]string{runAsNonRoot.ID, capabilitiesDropAll.ID, allowPrivilegeEscalation.ID, seccompProfile.ID},
	},
	{"all", "every core check", nil},
}

// DefaultPreset is the name of the preset that holds where none is named.
const DefaultPreset = "cis"

// Presets returns the names of the presets, the default first.
func Presets() []string {
	var names []string
	for _, preset := range presets {
		names = append(names, preset.name)
	}
	return names
}

// Preset returns the policy of that name: the checks' own weights, and the
// preset's required core checks. An unknown name is an error that lists the
// known ones.
func Preset(name string) (Policy, error) {
	for _, preset := range presets {
		if preset.name != name {
			continue
		}
		var policy Policy
		for i := range checks {
			policy.weights[i] = checks[i].Weight
			if checks[i].Guard || preset.required == nil || slices.Contains(preset.required, checks[i].ID) {
				policy.required = policy.required.With(i)
			}
		}
		return policy, nil
	}
	return Policy{}, fmt.Errorf("unknown preset %q: use one of %s", name, strings.Join(Presets(), ", "))
}

// Required returns the checks that a compliant pod does not fail: the
// policy's core checks and all guards.
func (p Policy) Required() CheckSet { return p.required }

// Compliant tells the verdict: no required check fails.
func (p Policy) Compliant(r *Result) bool { return r.Failed&p.required == 0 }

// Points adds up what the pod earned and what there was to earn.
func (p Policy) Points(r *Result) Points {
	var points Points
	if r.Finished {
		return points
	}
	for i := range checks {
		switch failed, applies := r.Failed.Has(i), !r.NotApplicable.Has(i); {
		case !applies:
		case checks[i].Guard && failed:
			points.Violated += p.weights[i]
		case !checks[i].Guard:
			points.Applicable += p.weights[i]
			if !failed {
				points.Earned += p.weights[i]
			}
		}
	}
	return points
}

// Points is a score as a fraction: Earned out of Applicable + Violated.
type Points struct {
	// Earned is the weight of the core checks that passed.
	Earned int
	// Applicable is the weight of the core checks that apply; 0 if none does.
	Applicable int
	// Violated is the weight of the guards that failed.
	Violated int
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
