package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"
)

// foreign are the metrics that are not podscore's, with their labels.
var foreign = map[string][]string{
	"ALERTS":                        {"alertname", "alertstate", "severity"},
	"up":                            nil,
	"scrape_duration_seconds":       nil,
	"process_cpu_seconds_total":     nil,
	"process_resident_memory_bytes": nil,
	"go_goroutines":                 nil,
	"go_gc_gomemlimit_bytes":        nil,
	"go_memstats_heap_inuse_bytes":  nil,
	"rest_client_requests_total":    {"code", "host", "method"},

	"certwatcher_read_certificate_errors_total": nil,
}

// added are the labels that the scraper adds to every series, and the namespace
// to those that have none of their own.
var added = []string{"cluster", "job", "instance", "namespace"}

// names knows every metric and recording rule, with its labels.
type names map[string][]string

// ofPods tells whether a metric's namespace is that of the pods. A scrape job that
// does not honor it adds exported_namespace.
func (n names) ofPods(name string) bool {
	return strings.HasPrefix(name, "podscore_") && slices.Contains(n[name], "exported_namespace")
}

// knownNames reads podscore's own metrics from their table in the docs, which a
// test in metrics/ holds to the code, and the rules from the chart.
func knownNames(t *testing.T) names {
	t.Helper()
	known := names{}
	for name, labels := range foreign {
		known[name] = append(slices.Clone(added), labels...)
	}
	known.addMetrics(t)
	known.addRules(t)
	return known
}

var (
	metricRow = regexp.MustCompile("(?m)^\\| `(podscore_[a-z_]+)` \\| ([a-z, ]+) \\| ([^|]*) \\|")
	labelCell = regexp.MustCompile("`([a-z_]+)`")
)

func (n names) addMetrics(t *testing.T) {
	t.Helper()
	const path = "../docs/metrics.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows := metricRow.FindAllStringSubmatch(string(text), -1)
	if len(rows) < 10 {
		t.Fatalf("%s has a table of metrics that this test does not understand", path)
	}
	for _, row := range rows {
		labels := slices.Clone(added)
		for _, label := range labelCell.FindAllStringSubmatch(row[3], -1) {
			labels = append(labels, label[1])
			if label[1] == "namespace" {
				labels = append(labels, "exported_namespace")
			}
		}
		n[row[1]] = labels
		if strings.HasPrefix(row[2], "histogram") {
			n[row[1]+"_bucket"] = append(slices.Clone(labels), "le")
			n[row[1]+"_sum"], n[row[1]+"_count"] = labels, labels
		}
	}
}

// addRules gives a rule the labels that it groups by, or those of the rule that
// it is made of.
func (n names) addRules(t *testing.T) {
	t.Helper()
	for _, rule := range rules(t, "recording.yaml") {
		expr, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
		if err != nil {
			t.Fatalf("%s: %v", rule.Record, err)
		}
		labels := map[string]bool{}
		parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
			switch node := node.(type) {
			case *parser.AggregateExpr:
				for _, label := range node.Grouping {
					labels[label] = true
				}
			case *parser.VectorSelector:
				if strings.Contains(node.Name, ":") {
					for _, label := range n[node.Name] {
						labels[label] = true
					}
				}
			}
			return nil
		})
		n[rule.Record] = slices.Collect(maps.Keys(labels))
	}
}

type rule struct{ Record, Alert, Expr string }

// rules reads a file of the chart's rules.
func rules(t *testing.T, file string) []rule {
	t.Helper()
	var group struct{ Rules []rule }
	text, err := os.ReadFile(filepath.Join("../charts/podscore/rules", file))
	if err == nil {
		err = yaml.Unmarshal(text, &group)
	}
	if err != nil {
		t.Fatal(err)
	}
	return group.Rules
}

// ruleFiles lists the chart's files of rules.
func ruleFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../charts/podscore/rules/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no rules in the chart: %v", err)
	}
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	return paths
}

// TestAlerts holds the alerts that count as podscore's own to the rules.
func TestAlerts(t *testing.T) {
	own := regexp.MustCompile("^(" + aboutItself + ")$")
	for file, want := range map[string]bool{"self.yaml": true, "compliance.yaml": false, "exemptions.yaml": false} {
		for _, rule := range rules(t, file) {
			if own.MatchString(rule.Alert) != want {
				t.Errorf("%s is in %s: aboutItself in podscore.go must match the alerts of self.yaml and no others", rule.Alert, file)
			}
		}
	}
}
