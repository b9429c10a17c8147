package chaos

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// settings are what the configuration files say.
type settings struct {
	preset     string
	excepted   string // a check that is not required, whatever the preset says; "" for none
	exemptions []exemption
}

// standpoint is what pods are judged by at one moment.
type standpoint struct {
	settings
	tiers map[string]string // by namespace, the value of its label tier
}

// The values that a namespace's label tier has, "" for none.
var tiers = []string{"", "legacy", "old"}

// randomSettings returns settings, of which the number makes that no others are equal to
// them. If labelled is false, no exemption asks for the labels of namespaces.
func randomSettings(r *rand.Rand, number int, labelled bool) settings {
	s := settings{preset: oneOf(r, "cis", "cis", "restricted", "all"), excepted: oneOf(r, "", "", "read-only-root-filesystem", "run-as-non-root")}
	for _, e := range []exemption{
		{name: "known-app", everywhere: true, container: "app*", image: "app", checks: someChecks(r)},
		{name: "init", everywhere: true, class: "init"},
		{name: "debuggers", namespaces: []string{prefix + "*"}, container: "debug-1", image: "debug"},
		{name: "accepted", namespaces: []string{prefix + "-n*"}, checks: someChecks(r)},
		{name: "daemons", everywhere: true, kind: "DaemonSet", workload: "*"},
		{name: "web", namespaces: []string{prefix + "-n0", prefix + "-n3"}, kind: "Deployment", workload: "workload-1", checks: someChecks(r)},
		{name: "taken-out", namespaces: []string{prefix + "-n1"}},
		{name: "legacy", tier: "legacy"},
		{name: "old", tier: "old", checks: someChecks(r)},
	} {
		if r.IntN(2) == 0 && (labelled || e.tier == "") {
			s.exemptions = append(s.exemptions, e)
		}
	}
	s.exemptions = append(s.exemptions, exemption{name: marker(number), namespaces: []string{"nowhere"}})
	return s
}

func marker(number int) string { return fmt.Sprint("settings-", number) }

// someChecks returns about three of four checks.
func someChecks(r *rand.Rand) (ids []string) {
	for _, check := range securitycontext.Checks() {
		if r.IntN(4) > 0 {
			ids = append(ids, check.ID)
		}
	}
	if len(ids) == 0 {
		return []string{securitycontext.Checks()[0].ID}
	}
	return ids
}

// required returns the checks that a compliant pod must not fail.
func (s *settings) required() (required securitycontext.CheckSet) {
	preset, err := policy.Preset(s.preset)
	if err != nil {
		panic(err)
	}
	for check := range preset.Required().All() {
		if securitycontext.Checks()[check].ID != s.excepted {
			required = required.With(check)
		}
	}
	return required
}

// files returns the settings as two files: a Configuration, and the Exemptions of a team.
func (s *settings) files() (own, team string) {
	own = fmt.Sprintf("apiVersion: podscore.io/v1alpha1\nkind: Configuration\npreset: %s\n", s.preset)
	if s.excepted != "" {
		own += fmt.Sprintf("checks: {%s: {required: false}}\n", s.excepted)
	}
	half := len(s.exemptions) / 2
	return own + listOf(s.exemptions[:half]), "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\n" + listOf(s.exemptions[half:])
}

func listOf(exemptions []exemption) string {
	if len(exemptions) == 0 {
		return ""
	}
	lines := []string{"exemptions:"}
	for i := range exemptions {
		lines = append(lines, "- "+exemptions[i].yaml())
	}
	return strings.Join(lines, "\n") + "\n"
}

// yaml returns the exemption as an entry of a file.
func (e *exemption) yaml() string {
	fields := []string{"name: " + e.name, "reason: It is a test.", "owner: " + ownerOf(e.name)}
	add := func(format string, value any, is bool) {
		if is {
			fields = append(fields, fmt.Sprintf(format, value))
		}
	}
	add("everywhere: %t", true, e.everywhere)
	add("namespaces: ['%s']", strings.Join(e.namespaces, "', '"), len(e.namespaces) > 0)
	add("namespaceSelector: {matchLabels: {tier: %s}}", e.tier, e.tier != "")
	add("workloads: ['%s']", e.kind+"/"+e.workload, e.kind != "")
	add("containers: [{%s}]", e.containerFields(), e.ofContainers())
	add("expires: %s", e.ends.UTC().Format(time.RFC3339), !e.ends.IsZero())
	checks := strings.Join(e.checks, ", ")
	if checks == "" {
		checks = "all"
	}
	add("checks: [%s]", checks, true)
	return "{" + strings.Join(fields, ", ") + "}"
}

func (e *exemption) containerFields() string {
	var fields []string
	for _, field := range [][2]string{{"name", e.container}, {"image", e.image}, {"class", e.class}} {
		if field[1] != "" {
			fields = append(fields, fmt.Sprintf("%s: '%s'", field[0], field[1]))
		}
	}
	return strings.Join(fields, ", ")
}

// ownerOf returns who answers for an exemption.
func ownerOf(name string) string { return "team-" + name }
