// Package rules tests the recording rules and the alerts that ship, with
// Prometheus' own promtool. The cases are in the YAML files beside this one.
package rules

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/harness"
)

// What the tests hold together, relative to this folder.
const (
	rules    = "../../config/prometheus/podscore.rules.yaml"
	runbooks = "../../docs/runbooks"
)

// TestRules runs promtool on the cases.
func TestRules(t *testing.T) {
	promtool := harness.Program(t, "PROMTOOL")
	for _, args := range [][]string{
		{"check", "rules", "--lint=all", "--lint-fatal", rules},
		append([]string{"test", "rules"}, cases(t)...),
	} {
		if output, err := exec.Command(promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args[:2], " "), err, output)
		}
	}
}

// TestEveryRuleIsTested requires of every recording rule a case with a value, and
// of every alert one in which it fires, one in which it does not, and one that
// keeps clusters apart, and if it is about podscore itself, installations too.
func TestEveryRuleIsTested(t *testing.T) {
	records, fires, silent := map[string]bool{}, map[string]bool{}, map[string]bool{}
	inClusters, inInstallations := map[string]bool{}, map[string]bool{}
	for _, path := range cases(t) {
		var file struct {
			Tests []struct {
				Expressions []struct {
					Expr    string           `json:"expr"`
					Samples []map[string]any `json:"exp_samples"`
				} `json:"promql_expr_test"`
				Alerts []struct {
					Name     string `json:"alertname"`
					Expected []struct {
						Labels map[string]string `json:"exp_labels"`
					} `json:"exp_alerts"`
				} `json:"alert_rule_test"`
			} `json:"tests"`
		}
		harness.ReadYAML(t, path, &file)
		for _, test := range file.Tests {
			for _, expression := range test.Expressions {
				for _, rule := range load(t) {
					if rule.Record != "" && len(expression.Samples) > 0 && strings.Contains(expression.Expr, rule.Record) {
						records[rule.Record] = true
					}
				}
			}
			for _, alert := range test.Alerts {
				silent[alert.Name] = silent[alert.Name] || len(alert.Expected) == 0
				for _, expected := range alert.Expected {
					fires[alert.Name] = true
					inClusters[alert.Name] = inClusters[alert.Name] || expected.Labels["cluster"] != ""
					inInstallations[alert.Name] = inInstallations[alert.Name] || expected.Labels["namespace"] == "team-a" && expected.Labels["job"] != ""
				}
			}
		}
	}
	for _, rule := range load(t) {
		switch {
		case rule.Record != "" && !records[rule.Record]:
			t.Errorf("no case of test/rules has a value of %s", rule.Record)
		case rule.Alert == "":
		case !fires[rule.Alert]:
			t.Errorf("%s fires in no case of test/rules", rule.Alert)
		case !silent[rule.Alert]:
			t.Errorf("%s is silent in no case of test/rules", rule.Alert)
		case strings.Contains(rule.Expr, "by (cluster") && !inClusters[rule.Alert]:
			t.Errorf("no case of test/rules has %s fire with a label cluster", rule.Alert)
		case slices.Contains([]string{"podscore-self", "podscore-exemptions"}, rule.group) && rule.Alert != "PodscoreTwoReporting" && !inInstallations[rule.Alert]: // that one is of the cluster's namespaces, whoever tells of them
			t.Errorf("no case of test/rules has %s fire for the installation in team-a beside one that works", rule.Alert)
		}
	}
}

// TestEveryAlertTellsWhatToDo requires a severity, a summary, a description,
// and a runbook with the same sections everywhere.
func TestEveryAlertTellsWhatToDo(t *testing.T) {
	var alerts []string
	for _, rule := range load(t) {
		if rule.Alert == "" {
			continue
		}
		alerts = append(alerts, rule.Alert+".md")
		if !slices.Contains([]string{"info", "warning", "critical"}, rule.Labels["severity"]) {
			t.Errorf("%s: its severity %q is none of info, warning, critical", rule.Alert, rule.Labels["severity"])
		}
		if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" {
			t.Errorf("%s needs a summary and a description", rule.Alert)
		}
		if !strings.HasSuffix(rule.Annotations["runbook_url"], "/docs/runbooks/"+rule.Alert+".md") {
			t.Errorf("%s: its runbook_url %q is not its page under docs/runbooks", rule.Alert, rule.Annotations["runbook_url"])
		}
		page, err := os.ReadFile(filepath.Join(runbooks, rule.Alert+".md"))
		if err != nil {
			t.Errorf("%s has no runbook: %v", rule.Alert, err)
			continue
		}
		for _, section := range []string{"# " + rule.Alert + "\n", "**Meaning.**", "**Impact.**", "**Diagnosis.**", "```promql\n", "**Mitigation.**"} {
			if !strings.Contains(string(page), section) {
				t.Errorf("docs/runbooks/%s.md has no %q", rule.Alert, strings.TrimSpace(section))
			}
		}
	}
	pages, err := os.ReadDir(runbooks)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if page.Name() != "README.md" && !slices.Contains(alerts, page.Name()) {
			t.Errorf("docs/runbooks/%s belongs to no alert", page.Name())
		}
	}
}

// rule is what the tests read of a rule.
type rule struct {
	Record, Alert, Expr string
	Labels, Annotations map[string]string
	group               string
}

// load reads the rules, of which there must be some.
func load(t *testing.T) []rule {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string
			Rules []rule
		}
	}
	harness.ReadYAML(t, rules, &file)
	var all []rule
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			rule.group = group.Name
			all = append(all, rule)
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no rules", rules)
	}
	return all
}

// cases lists the files with cases for promtool.
func cases(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no cases beside this test: %v", err)
	}
	return files
}
