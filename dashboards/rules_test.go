package main

import (
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// values are put where a rule has one of the chart: a duration, or a number.
var values = strings.NewReplacer("${within}", "1h", "${before}", "1d",
	"${minutes}", "1", "${ratio}", "1", "${drop}", "1", "${days}", "1", "${seconds}", "1")

// TestRulesTakeHonoredLabelsOnly: what a rule says of namespaces it says of the
// pods' own.
func TestRulesTakeHonoredLabelsOnly(t *testing.T) {
	known := knownNames(t)
	for _, file := range []string{"recording.yaml", "compliance.yaml", "self.yaml"} {
		for _, rule := range rules(t, file) {
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(values.Replace(rule.Expr))
			if err != nil {
				t.Fatalf("%s%s: %v\n%s", rule.Record, rule.Alert, err, rule.Expr)
			}
			for _, selector := range unhonored(expr, known) {
				t.Errorf("%s%s: select %s by exported_namespace=\"\", or PodscoreLabelsNotHonored is not all that is said where labels are not honored", rule.Record, rule.Alert, selector)
			}
		}
	}
}
