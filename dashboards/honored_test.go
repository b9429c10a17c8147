package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// values are put where a rule has one of the chart: a duration, a number, or the names of namespaces.
var values = strings.NewReplacer("${within}", "1h", "${over}", "1h", "${before}", "1d",
	"${minutes}", "1", "${ratio}", "1", "${drop}", "1", "${days}", "1", "${seconds}", "1", "${namespaces}", "")

// TestRulesTakeHonoredLabelsOnly: what a rule says of namespaces it says of the
// pods' own.
func TestRulesTakeHonoredLabelsOnly(t *testing.T) {
	known := knownNames(t)
	for _, file := range ruleFiles(t) {
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

// testHonored requires that what is said of namespaces leaves out series whose
// namespace is not that of the pods.
func (q parsed) testHonored() {
	for _, selector := range unhonored(q.expr, q.known) {
		q.t.Errorf("%s: select %s by exported_namespace=\"\": where labels are not honored, namespace is podscore's own", q.where, selector)
	}
}

// unhonored lists the selectors that take series whatever their namespace is that of.
func unhonored(expr parser.Expr, known names) []string {
	var found []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok || !known.ofPods(selector.Name) {
			return nil
		}
		if !slices.ContainsFunc(selector.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == "exported_namespace" }) {
			found = append(found, selector.String())
		}
		return nil
	})
	return found
}
