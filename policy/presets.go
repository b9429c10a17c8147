package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/podscore/podscore/securitycontext"
)

// The presets. The first is the default.
var presets = []struct {
	name, description string
	required          []string // ids of core checks; nil for all
}{
	{
		"cis", "the control's critical fields",
		[]string{"run-as-non-root", "capabilities-drop-all", "allow-privilege-escalation", "seccomp-profile", "read-only-root-filesystem"},
	},
	{
		"restricted", "could this namespace enforce the Pod Security Standard `restricted`, as far as security contexts go",
		[]string{"run-as-non-root", "capabilities-drop-all", "allow-privilege-escalation", "seccomp-profile"},
	},
	{"all", "every core check", nil},
}

// DefaultPreset is the name of the preset that is used if none is given.
const DefaultPreset = "cis"

// Presets returns the names of the presets, the default first.
func Presets() []string {
	var names []string
	for _, preset := range presets {
		names = append(names, preset.name)
	}
	return names
}

// Preset returns the policy of this name, without exemptions. The error for an
// unknown name lists the known ones.
func Preset(name string) (Policy, error) {
	for _, preset := range presets {
		if preset.name != name {
			continue
		}
		var required securitycontext.CheckSet
		for i := range checks {
			if checks[i].Guard || preset.required == nil || slices.Contains(preset.required, checks[i].ID) {
				required = required.With(i)
			}
		}
		return Policy{required: required}, nil
	}
	return Policy{}, fmt.Errorf("unknown preset %q: use one of %s", name, strings.Join(Presets(), ", "))
}
