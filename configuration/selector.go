package configuration

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/util/validation"
)

// labelSelector is a metav1.LabelSelector, read with the places of its mistakes.
type labelSelector struct {
	matchLabels      map[string]string
	matchExpressions []expression
}

type expression struct {
	key, operator string
	values        []string
}

var selectorFields = []field[labelSelector]{
	optional("matchLabels", mapOf("a mapping of labels to their values", schema{"type": "object", "minProperties": 1, "propertyNames": labelKeySchema, "additionalProperties": labelValue.schema}, isLabelKey, labelValue),
		func(s *labelSelector) *map[string]string { return &s.matchLabels }, "Labels that the namespace must have, each with its value."),
	optional("matchExpressions", list("a list of conditions", object("an entry of matchExpressions", expressionFields, checkExpression)),
		func(s *labelSelector) *[]expression { return &s.matchExpressions }, "Conditions that must all hold."),
}

var expressionFields = []field[expression]{
	required("key", text("a label's key", labelKeySchema, func(s string) (string, error) { return s, isLabelKey(s) }),
		func(e *expression) *string { return &e.key }, "A label's key."),
	required("operator", oneOf("operator", operators), func(e *expression) *string { return &e.operator }, "`In`, `NotIn`, `Exists` or `DoesNotExist`."),
	optional("values", list("a list of labels' values", labelValue), func(e *expression) *[]string { return &e.values }, "Values, with `In` and `NotIn` only."),
}

var operators = []string{"In", "NotIn", "Exists", "DoesNotExist"}

var labelKeySchema = schema{"type": "string", "pattern": "^[-./_A-Za-z0-9]+$"}

var labelValue = text("a label's value", schema{"type": "string", "pattern": "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$"}, func(s string) (string, error) {
	if wrong := validation.IsValidLabelValue(s); len(wrong) > 0 {
		return s, fmt.Errorf("%q cannot be a label's value: use letters and digits, with -, _ or . between them, 63 at most", short(s))
	}
	return s, nil
})

func isLabelKey(s string) error {
	if wrong := validation.IsQualifiedName(s); len(wrong) > 0 {
		return fmt.Errorf("%q cannot be a label's key: write it as it stands on the Namespace, such as tier or example.com/tier", short(s))
	}
	return nil
}

func checkExpression(r *reader, n *yaml.Node, fields given, e *expression) {
	needed := strings.HasSuffix(e.operator, "In")
	switch {
	case !slices.Contains(operators, e.operator): // told already
	case needed && fields["values"] == nil:
		r.wrong(n, "values is missing: %s needs a list of values", e.operator)
	case !needed && fields["values"] != nil:
		r.wrong(fields["values"], "values: %s asks for no values: leave them out", e.operator)
	}
}

// selector is a selector of namespaces. It is made of requirements that are the same for
// selectors that say the same.
var selector = selectorOf(object("namespaceSelector", selectorFields, func(r *reader, n *yaml.Node, fields given, _ *labelSelector) {
	if labels := fields["matchLabels"]; fields["matchExpressions"] == nil && (labels == nil || labels.Kind == yaml.MappingNode && len(labels.Content) == 0) {
		r.wrong(n, "an empty selector would select every namespace: name labels, or write everywhere: true in its place")
	}
}))

func selectorOf(of value[labelSelector]) value[labels.Selector] {
	return value[labels.Selector]{of.words, of.schema.with("minProperties", 1), func(r *reader, n *yaml.Node, name string) labels.Selector {
		before := len(r.errors)
		read := of.read(r, n, name)
		if len(r.errors) > before {
			return nil
		}
		requirements, err := read.requirements()
		if err != nil {
			r.wrong(n, "%s: %v", name, err)
		}
		return labels.NewSelector().Add(requirements...)
	}}
}

// requirements returns what the selector requires, in order, each once.
func (s labelSelector) requirements() ([]labels.Requirement, error) {
	expressions := slices.Clone(s.matchExpressions)
	for key, value := range s.matchLabels {
		expressions = append(expressions, expression{key, "In", []string{value}})
	}
	unique := map[string]labels.Requirement{}
	var errs error
	for _, e := range expressions {
		values := slices.Clone(e.values)
		slices.Sort(values)
		requirement, err := labels.NewRequirement(e.key, operatorOf[e.operator], slices.Compact(values))
		if err != nil {
			errs = errors.Join(errs, err)
			continue
		}
		unique[requirement.String()] = *requirement
	}
	var all []labels.Requirement
	for _, key := range slices.Sorted(maps.Keys(unique)) {
		all = append(all, unique[key])
	}
	return all, errs
}

var operatorOf = map[string]selection.Operator{
	"In": selection.In, "NotIn": selection.NotIn, "Exists": selection.Exists, "DoesNotExist": selection.DoesNotExist,
}
