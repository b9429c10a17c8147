package metrics

import (
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
)

// perNamespace lists the rows that have series of every namespace: what these
// differ in, and the value of the i-th, where there is one.
var perNamespace = [...]struct {
	*metric
	by    dimension
	value func(ns *posture.Namespace, i int) (value float64, present bool)
}{
	{namespacePods, byStatus, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Pods[i]), true }},
	{namespaceScoreRatio, alone, func(ns *posture.Namespace, _ int) (float64, bool) { return ns.Score, ns.HasScore }},
	{namespaceFailingPods, byCheck, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Failing[i]), true }},
	{namespaceOldestNoncompliant, alone, func(ns *posture.Namespace, _ int) (float64, bool) {
		return seconds(ns.OldestNoncompliant), !ns.OldestNoncompliant.IsZero()
	}},
	{podsObserved, byStatus, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Observed[i]), true }},
	{checkFailures, byCheck, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.CheckFailures[i]), true }},
	{verdictChanges, byTo, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.VerdictChanges[i]), true }},
}

// dimension is what the series of a namespace differ in, beside its name.
type dimension int

const (
	alone    dimension = iota // nothing: there is one
	byCheck                   // the label check
	byStatus                  // the label status
	byTo                      // the label to
	dimensions
)

// label is one label of a dimension. All namespaces share it.
type label struct {
	pair  *dto.LabelPair
	index int // of the check or the status
}

// newLabels returns the labels of every dimension, in the order of exposition.
func newLabels(checks []policy.CheckInfo) *[dimensions][]label {
	var labels [dimensions][]label
	add := func(by dimension, index int, name, value string) {
		labels[by] = append(labels[by], label{&dto.LabelPair{Name: &name, Value: &value}, index})
	}
	for i, check := range checks {
		add(byCheck, i, "check", check.ID)
	}
	for status := range policy.Status(policy.NumStatuses) {
		add(byStatus, int(status), "status", status.String())
		add(byTo, int(status), "to", status.String())
	}
	for by := range labels {
		slices.SortFunc(labels[by], func(a, b label) int { return strings.Compare(a.pair.GetValue(), b.pair.GetValue()) })
	}
	labels[alone] = []label{{}}
	return &labels
}

// namespaceMetrics holds the metrics of one namespace, by the rows of perNamespace.
type namespaceMetrics struct {
	shows *posture.Namespace // whose values they have
	rows  [len(perNamespace)][]namespaceMetric
}

type namespaceMetric struct {
	*dto.Metric
	present bool
}

// newNamespaceMetrics returns the metrics of a namespace, without values.
func newNamespaceMetrics(namespace string, labels *[dimensions][]label) *namespaceMetrics {
	name := "namespace"
	self := &dto.LabelPair{Name: &name, Value: &namespace}
	made := &namespaceMetrics{}
	for i, row := range perNamespace {
		made.rows[i] = make([]namespaceMetric, 0, len(labels[row.by]))
		for _, label := range labels[row.by] {
			pairs := []*dto.LabelPair{self}
			switch {
			case label.pair == nil:
			case label.pair.GetName() < name:
				pairs = []*dto.LabelPair{label.pair, self}
			default:
				pairs = []*dto.LabelPair{self, label.pair}
			}
			made.rows[i] = append(made.rows[i], namespaceMetric{Metric: row.with(0, pairs)})
		}
	}
	return made
}

// show gives the metrics the values of a namespace. The metrics must not be in
// use, and ns.Name must be theirs.
func (n *namespaceMetrics) show(ns *posture.Namespace, labels *[dimensions][]label) {
	n.shows = ns
	began := timestamppb.New(ns.CountingSince)
	for i, row := range perNamespace {
		for j := range n.rows[i] {
			m := &n.rows[i][j]
			var value float64
			value, m.present = row.value(ns, labels[row.by][j].index)
			if m.Counter != nil {
				*m.Counter.Value, m.Counter.CreatedTimestamp = value, began
			} else {
				*m.Gauge.Value = value
			}
		}
	}
}
