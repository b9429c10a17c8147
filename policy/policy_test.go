package policy

import (
	"slices"
	"testing"

	"github.com/podscore/podscore/securitycontext"
)

// mustPreset returns the preset of this name, which must exist.
func mustPreset(t testing.TB, name string) Policy {
	t.Helper()
	policy, err := Preset(name)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// ids returns the ids of the checks in a set.
func ids(set securitycontext.CheckSet) []string {
	var names []string
	for check := range set.All() {
		names = append(names, checks[check].ID)
	}
	return names
}

func TestRequired(t *testing.T) {
	guards := []string{"privileged", "windows-host-process", "run-as-user-zero", "capabilities-add", "proc-mount", "apparmor-profile", "selinux-options", "sysctls"}
	for preset, core := range map[string][]string{
		"cis":        {"run-as-non-root", "capabilities-drop-all", "allow-privilege-escalation", "seccomp-profile", "read-only-root-filesystem"},
		"restricted": {"run-as-non-root", "capabilities-drop-all", "allow-privilege-escalation", "seccomp-profile"},
		"all":        ids(1<<securitycontext.NumChecks - 1)[:10],
	} {
		if got, want := ids(mustPreset(t, preset).Required()), slices.Concat(core, guards); !slices.Equal(got, want) {
			t.Errorf("%s requires %v, want %v", preset, got, want)
		}
	}
}

// TestPresetsNameChecks: every check that a preset requires exists.
func TestPresetsNameChecks(t *testing.T) {
	for _, preset := range presets {
		for _, id := range preset.required {
			if !slices.ContainsFunc(checks, func(c securitycontext.Check) bool { return c.ID == id }) {
				t.Errorf("preset %s requires %q, which is no check", preset.name, id)
			}
		}
	}
}

func TestUnknownPreset(t *testing.T) {
	_, err := Preset("cis-v2")
	want := `unknown preset "cis-v2": use one of cis, restricted, all`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestChecks: every check is described as the list has it, and Required is true for
// the checks that the policy requires.
func TestChecks(t *testing.T) {
	cis := mustPreset(t, "cis")
	var required securitycontext.CheckSet
	for i, check := range cis.Checks() {
		if check.ID != checks[i].ID || check.Severity != checks[i].Severity {
			t.Errorf("check %d is described as %+v, and is %s, %s", i, check, checks[i].ID, checks[i].Severity)
		}
		if check.Required {
			required = required.With(i)
		}
	}
	if required != cis.Required() {
		t.Errorf("described as required are %v, want %v", ids(required), ids(cis.Required()))
	}
}

func TestStatusString(t *testing.T) {
	var names []string
	for status := range Status(NumStatuses) {
		names = append(names, status.String())
	}
	if want := []string{"compliant", "noncompliant", "exempt"}; !slices.Equal(names, want) {
		t.Errorf("the statuses are %v, want %v", names, want)
	}
}

// TestRequiring: the required checks are others, and the exemptions are the same.
func TestRequiring(t *testing.T) {
	of := mustPreset(t, "cis").Exempting([]Exemption{{Name: "mesh", Everywhere: true, Checks: everyCheck}}).Requiring(setOf("privileged"))
	if of.Required() != setOf("privileged") || len(of.Exemptions()) != 1 {
		t.Errorf("required are %v, with %d exemptions; want privileged alone, and one", of.Required(), len(of.Exemptions()))
	}
}
