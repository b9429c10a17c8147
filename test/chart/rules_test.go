package chart

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/test/harness"
)

const generated = "# Generated from charts/podscore/rules and the chart's values by make update.\n"

// inConfig has config/ point to the runbooks of main: only a chart knows its version.
const inConfig = "prometheusRule: {runbookURL: 'https://github.com/podscore/podscore/blob/main/docs/runbooks'}"

// TestTwinRulesInConfig: what config/ has for a Prometheus with and without the
// operator is what the chart has.
func TestTwinRulesInConfig(t *testing.T) {
	text := rules(t, inConfig)
	golden(t, filepath.Join(root, "config/prometheus/podscore.rules.yaml"), generated+text)
	golden(t, filepath.Join(root, "config/prometheus/prometheus_rule.yaml"), generated+`apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: podscore
spec:
  `+strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")+"\n")
}

// rules returns the file of rules, with the one line break at its end that not
// every Helm leaves.
func rules(t *testing.T, values string) string {
	t.Helper()
	objects := render(t, "rulesConfigMap: {enabled: true}\n"+values)
	text := find(t, objects, "ConfigMap").Object["data"].(map[string]any)["podscore.rules.yaml"].(string)
	return strings.TrimSpace(text) + "\n"
}

// file is a file of rules, as the chart's folder rules/ and Prometheus have it.
type file struct {
	Groups []group `json:"groups"`
}

type group struct {
	Name     string           `json:"name"`
	Interval string           `json:"interval,omitempty"`
	Rules    []map[string]any `json:"rules"`
}

func parseRules(t *testing.T, text string) file {
	t.Helper()
	var parsed file
	if err := yaml.UnmarshalStrict([]byte(text), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

// TestRulesAreWhole: with each placeholder left as it is, what is rendered is
// what is written in rules/, field for field.
func TestRulesAreWhole(t *testing.T) {
	var written file
	for _, name := range []string{"recording", "compliance", "exemptions", "self"} {
		var g group
		harness.ReadStrict(t, filepath.Join(chart, "rules", name+".yaml"), &g)
		written.Groups = append(written.Groups, g)
	}
	values := defaults(t)["prometheusRule"].(map[string]any)
	for _, g := range written.Groups {
		for _, rule := range g.Rules {
			if name, isAlert := rule["alert"].(string); isAlert {
				own, known := values["alerts"].(map[string]any)[name].(map[string]any)
				if !known {
					t.Fatalf("values.yaml has no prometheusRule.alerts.%s", name)
				}
				own["runbookURL"] = "https://github.com/podscore/podscore/blob/v0.1.0/docs/runbooks"
				if name == "PodscoreNamespaceComplianceLow" {
					own["namespaces"] = "" // all of them
				}
				fill(t, rule, own)
			}
		}
	}
	trimmed := cmp.Transformer("trimmed", strings.TrimSpace)
	if difference := cmp.Diff(written, parseRules(t, rules(t, "")), trimmed); difference != "" {
		t.Errorf("the chart renders other rules than rules/ has (-written +rendered):\n%s", difference)
	}
}

var placeholder = regexp.MustCompile(`\$\{(\w+)\}`)

// fill puts values into the texts of an alert. Each value must have a place.
func fill(t *testing.T, rule, values map[string]any) {
	t.Helper()
	used := map[string]bool{"enabled": true}
	var put func(in map[string]any)
	put = func(in map[string]any) {
		for key, value := range in {
			switch value := value.(type) {
			case map[string]any:
				put(value)
			case string:
				in[key] = placeholder.ReplaceAllStringFunc(value, func(found string) string {
					name := placeholder.FindStringSubmatch(found)[1]
					used[name] = true
					return fmt.Sprint(values[name])
				})
			}
		}
	}
	put(rule)
	for name := range values {
		if !used[name] {
			t.Errorf("prometheusRule.alerts.%s.%s is a value that the rule has no ${%s} for", rule["alert"], name, name)
		}
	}
}

// TestNamespaceRatios: each namespace is under one ratio, and links lead to what is installed.
func TestNamespaceRatios(t *testing.T) {
	text := rules(t, `prometheusRule: {grafanaURL: 'https://g.example.com/', namespaceRatios: {legacy: 0.2, "shop|shop-.+": 0.95}}`)
	for _, want := range []string{
		`namespace:podscore_compliant:ratio{namespace=~"legacy"} < 0.2` + "\n",
		`namespace:podscore_compliant:ratio{namespace=~"shop|shop-.+",namespace!~"legacy"} < 0.95` + "\n",
		`namespace:podscore_compliant:ratio{namespace!~"legacy|shop|shop-.+"} < 0.8` + "\n",
		"and at least {{ 0.95 | humanizePercentage }} should.",
		"dashboard_url: 'https://g.example.com/d/podscore-namespace?var-namespace={{ $labels.namespace }}{{ with $labels.cluster }}&var-cluster={{ . }}{{ end }}'",
		"dashboard_url: 'https://g.example.com/d/podscore-self{{ with $labels.cluster }}?var-cluster={{ . }}{{ end }}'",
		"runbook_url: 'https://github.com/podscore/podscore/blob/v0.1.0/docs/runbooks/PodscoreDown.md'",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the rules do not say %q", want)
		}
	}
	for _, group := range parseRules(t, text).Groups {
		for _, rule := range group.Rules {
			annotations, isAlert := rule["annotations"].(map[string]any)
			if !isAlert {
				continue
			}
			ofPods := group.Name == "podscore-compliance"
			if link := annotations["dashboard_url"].(string); strings.Contains(link, "/podscore-namespace?") != ofPods {
				t.Errorf("%s leads to %s", rule["alert"], link)
			}
		}
	}
	if is := strings.Count(text, "alert: PodscoreNamespaceComplianceLow"); is != 3 {
		t.Errorf("there are %d alerts PodscoreNamespaceComplianceLow, want one for each ratio: 3", is)
	}
}

// TestPrometheusTakesTheRules asks promtool, with the defaults and with every
// value at its limit.
func TestPrometheusTakesTheRules(t *testing.T) {
	promtool := program(t, "PROMTOOL", "promtool")
	for name, values := range map[string]string{
		"defaults": "",
		"limits": `prometheusRule:
  interval: 1m30s
  additionalRuleLabels: {team: 'the "best"', severity: never}
  alerts:
    PodscoreNamespaceComplianceLow: {for: 0s, ratio: 0.000001}
    PodscoreComplianceRegression: {before: 1w, drop: 1}
    PodscoreNoncompliantTooLong: {days: 0.5, keepFiringFor: "0"}
    PodscoreWatchStalled: {seconds: 2592000}
  grafanaURL: https://grafana.example.com
  namespaceRatios: {"shop|shop-.+": 0.95, legacy: 0.2}
`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "podscore.rules.yaml")
			if err := os.WriteFile(path, []byte(rules(t, values)), 0o600); err != nil {
				t.Fatal(err)
			}
			if said, err := exec.CommandContext(t.Context(), promtool, "check", "rules", "--lint-fatal", path).CombinedOutput(); err != nil {
				t.Errorf("promtool: %v\n%s", err, said)
			}
		})
	}
}

// TestUnknownPlaceholder changes a copy of the chart.
func TestUnknownPlaceholder(t *testing.T) {
	copied := filepath.Join(t.TempDir(), "podscore")
	if err := os.CopyFS(copied, os.DirFS(chart)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(copied, "rules", "self.yaml")
	for text, want := range map[string]string{
		"{name: x, rules: [{alert: PodscoreDown, expr: 'up > ${minimum}', labels: {}}]}": "the rule of PodscoreDown needs a value for ${minimum}, and prometheusRule.alerts.PodscoreDown has none",
		"{name: x, rules: [{alert: PodscoreDown, expr: 'up > ${', labels: {}}]}":         "the rule of PodscoreDown needs a value for ${",
		"{name: x, rules: [{alert: PodscoreGone, expr: up, labels: {}}]}":                "prometheusRule.alerts.PodscoreGone is missing",
		"{name: x, rules: [": "rules/self.yaml is no YAML",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := helm(t, "", "template", "podscore", copied, "--set=rulesConfigMap.enabled=true")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with %s Helm says %v, want %q", text, err, want)
		}
	}
}
