package securitycontext

import (
	"strconv"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/docs"
)

func TestTwinDocs(t *testing.T) {
	table := func(guards bool) string {
		var rows [][]string
		for _, check := range checks {
			if check.Guard != guards {
				continue
			}
			var reasons []string
			for _, reason := range check.Reasons {
				reasons = append(reasons, string(reason))
			}
			rows = append(rows, []string{
				"[`" + check.ID + "`](../securitycontext/" + fileOf(check.ID) + ")", strconv.Itoa(check.Weight), string(check.Severity),
				string(check.Scope), check.Passes, strings.Join(reasons, ", "),
			})
		}
		return docs.Table([]string{"check", "weight", "severity", "scope", "passes when", "fails because"}, rows)
	}
	docs.Section(t, "docs/checks.md", "checks", "Core checks:\n\n"+table(false)+"\nGuards:\n\n"+table(true))

	docs.Section(t, "docs/checks.md", "sysctls", "Safe are "+quoted(safeSysctls)+".")
	docs.Section(t, "docs/checks.md", "volumes", volumesTable())
	docs.Section(t, "docs/checks.md", "fields", fieldsTable())
	docs.Section(t, "docs/checks.md", "tools", toolsTable())

	var rows [][]string
	for _, control := range Controls() {
		rows = append(rows, []string{control.Benchmark, control.Number})
	}
	docs.Section(t, "docs/checks.md", "controls", docs.Table([]string{"benchmark", "control"}, rows))
}

// fileOf returns the file in which a check stands.
func fileOf(id string) string { return strings.ReplaceAll(id, "-", "_") + ".go" }
