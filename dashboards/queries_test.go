package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/prometheus/prometheus/promql/parser"
)

// TestQueries requires that every expression parses, and that all metrics and
// labels in it exist.
func TestQueries(t *testing.T) {
	known := knownNames(t)
	each(t, func(t *testing.T, b board, d classic) {
		for _, p := range panelsOf(d) {
			for _, target := range p.Targets {
				query := target.(prometheus.Dataquery)
				q := parsed{t, known, *p.Title + " " + *query.RefId, parse(t, b, *p.Title, query.Expr)}
				q.testNames()
				q.testReplicas()
				q.testHonored()
				q.testBounds(query, p)
			}
		}
		for _, v := range b.variables {
			if v.Type != dashboard.VariableTypeQuery {
				continue
			}
			selector, label, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(*v.Query.String, "label_values("), ")"), ", ")
			q := parsed{t, known, "variable " + v.Name, parse(t, b, v.Name, selector)}
			q.testNames()
			q.testHonored()
			q.has(q.expr, "label_values", label)
		}
	})
}

// parse puts values where the dashboard has variables.
func parse(t *testing.T, b board, title, expr string) parser.Expr {
	t.Helper()
	values := []string{"$__interval", "1m"}
	for _, v := range b.variables {
		value := "anything"
		if v.Type == dashboard.VariableTypeCustom {
			value = *v.Current.Value.String
		}
		values = append(values, "$"+v.Name, value)
	}
	replaced := strings.NewReplacer(values...).Replace(expr)
	if strings.Contains(replaced, "$") {
		t.Fatalf("%s: the dashboard has no such variable: %s", title, replaced)
	}
	result, err := parser.NewParser(parser.Options{}).ParseExpr(replaced)
	if err != nil {
		t.Fatalf("%s: %v\n%s", title, err, expr)
	}
	return result
}

// parsed is one query, with what is needed to test it.
type parsed struct {
	t     *testing.T
	known names
	where string
	expr  parser.Expr
}

// labels are all that series below a node may have.
func (q parsed) labels(node parser.Node) []string {
	var found []string
	parser.Inspect(node, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			found = append(found, q.known[selector.Name]...)
		}
		return nil
	})
	return found
}

// has requires labels of the series below a node.
func (q parsed) has(node parser.Node, use string, labels ...string) {
	q.t.Helper()
	for _, label := range labels {
		if !slices.Contains(q.labels(node), label) {
			q.t.Errorf("%s: %s %s: no series in %s has that label", q.where, use, label, node)
		}
	}
}

func (q parsed) testNames() {
	if !q.testMetrics() {
		return
	}
	parser.Inspect(q.expr, func(node parser.Node, _ []parser.Node) error {
		switch node := node.(type) {
		case *parser.VectorSelector:
			for _, matcher := range node.LabelMatchers {
				if matcher.Name != "__name__" {
					q.has(node, "selecting by", matcher.Name)
				}
			}
		case *parser.AggregateExpr:
			q.has(node.Expr, node.Op.String()+" by", node.Grouping...)
		case *parser.BinaryExpr:
			if matching := node.VectorMatching; matching != nil {
				q.has(node.LHS, "on", matching.MatchingLabels...)
				q.has(node.RHS, "on", matching.MatchingLabels...)
				q.has(node.RHS, "group_left", matching.Include...)
			}
		}
		return nil
	})
}

// testMetrics requires that all metrics exist.
func (q parsed) testMetrics() bool {
	exist := true
	parser.Inspect(q.expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok && q.known[selector.Name] == nil {
			q.t.Errorf("%s: there is no metric %q; docs/metrics.md and charts/podscore/rules have podscore's, names_test.go others", q.where, selector.Name)
			exist = false
		}
		return nil
	})
	return exist
}

// testReplicas requires that a gauge that several replicas may expose is reduced
// to one before anything is added up: the innermost aggregation takes the max or
// the min, or picks one. What they count adds up, because each counts other pods.
func (q parsed) testReplicas() {
	parser.Inspect(q.expr, func(node parser.Node, path []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok || !q.known.ofPods(selector.Name) {
			return nil
		}
		allowed, first := []parser.ItemType{parser.MAX, parser.MIN}, "max"
		if strings.HasSuffix(selector.Name, "_total") {
			allowed, first = []parser.ItemType{parser.SUM}, "sum"
		}
		for _, above := range slices.Backward(path) {
			if aggregate, ok := above.(*parser.AggregateExpr); ok {
				if !slices.Contains(allowed, aggregate.Op) {
					q.t.Errorf("%s: take the %s of %s before %s: two replicas may expose it", q.where, first, selector.Name, aggregate.Op)
				}
				return nil
			}
		}
		q.t.Errorf("%s: take the %s of %s: two replicas may expose it", q.where, first, selector.Name)
		return nil
	})
}

// ofItself tells whether a namespace in the result is one that podscore runs in, of
// which there are few.
func (q parsed) ofItself() bool {
	itself := true
	parser.Inspect(q.expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			itself = itself && strings.HasPrefix(selector.Name, "podscore_") && !q.known.ofPods(selector.Name)
		}
		return nil
	})
	return itself
}

var legendLabel = regexp.MustCompile(`{{(\w+)}}`)

// testBounds requires topk or bottomk where a row or a line stands for a
// namespace or a workload: there may be thousands.
func (q parsed) testBounds(query prometheus.Dataquery, p *dashboard.Panel) {
	var shown []string
	if query.LegendFormat != nil {
		for _, label := range legendLabel.FindAllStringSubmatch(*query.LegendFormat, -1) {
			shown = append(shown, label[1])
		}
	}
	for _, transformation := range p.Transformations {
		if transformation.Id != "organize" {
			continue
		}
		for field := range transformation.Options.(map[string]any)["renameByName"].(map[string]string) {
			if !strings.HasPrefix(field, "Value") {
				shown = append(shown, field)
			}
		}
	}
	q.has(q.expr, "showing", shown...)
	many := slices.Contains(shown, "workload") || slices.Contains(shown, "namespace") && !q.ofItself()
	if many && !strings.Contains(query.Expr, "topk(") && !strings.Contains(query.Expr, "bottomk(") {
		q.t.Errorf("%s: bound it with topk or bottomk: there may be thousands of %v", q.where, shown)
	}
}
