package metrics

import (
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
)

// perNamespace lists the rows that have series of every namespace, and the value
// of the one of the i-th check or status, where there is one.
var perNamespace = [...]struct {
	*metric
	value func(ns *posture.Namespace, i int) (value float64, present bool)
}{
	{namespacePods, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Pods[i]), true }},
	{namespaceScoreRatio, func(ns *posture.Namespace, _ int) (float64, bool) { return ns.Score, ns.HasScore }},
	{namespaceFailingPods, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Failing[i]), true }},
	{namespaceOldestNoncompliant, func(ns *posture.Namespace, _ int) (float64, bool) {
		return seconds(ns.OldestNoncompliant), !ns.OldestNoncompliant.IsZero()
	}},
	{podsObserved, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Observed[i]), true }},
	{checkFailures, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.CheckFailures[i]), true }},
	{verdictChanges, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.VerdictChanges[i]), true }},
}

// labelsOfRows are, for every row of perNamespace, the labels in which the series
// of a namespace differ, in the order of exposition. All namespaces share them.
type labelsOfRows [len(perNamespace)][]label

// label is a label beside the namespace's.
type label struct {
	pair  *dto.LabelPair // nil where there is none
	index int            // of the check or the status
}

// newLabels returns the labels with all values that they can have.
func newLabels(checks []policy.CheckInfo) *labelsOfRows {
	byName := map[string][]label{"": {{}}}
	add := func(name, value string, index int) {
		byName[name] = append(byName[name], label{pair: &dto.LabelPair{Name: &name, Value: &value}, index: index})
	}
	for i, check := range checks {
		add("check", check.ID, i)
	}
	for status := range policy.Status(policy.NumStatuses) {
		add("status", status.String(), int(status))
		add("to", status.String(), int(status))
	}
	for _, labels := range byName {
		slices.SortFunc(labels, func(a, b label) int { return strings.Compare(a.pair.GetValue(), b.pair.GetValue()) })
	}
	var labels labelsOfRows
	for i, row := range perNamespace {
		labels[i] = byName[row.beside("namespace")]
	}
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
func newNamespaceMetrics(namespace string, labels *labelsOfRows) *namespaceMetrics {
	name := "namespace"
	self := &dto.LabelPair{Name: &name, Value: &namespace}
	made := &namespaceMetrics{}
	for i, row := range perNamespace {
		made.rows[i] = make([]namespaceMetric, 0, len(labels[i]))
		for _, label := range labels[i] {
			pairs := make([]*dto.LabelPair, len(row.labels))
			pairs[row.index(name)] = self
			if label.pair != nil {
				pairs[row.index(label.pair.GetName())] = label.pair
			}
			made.rows[i] = append(made.rows[i], namespaceMetric{Metric: row.with(0, pairs)})
		}
	}
	return made
}

// show gives the metrics the values of a namespace. The metrics must not be in
// use, and ns.Name must be theirs.
func (n *namespaceMetrics) show(ns *posture.Namespace, labels *labelsOfRows) {
	n.shows = ns
	began := timestamppb.New(ns.CountingSince)
	for i, row := range perNamespace {
		for j := range n.rows[i] {
			m := &n.rows[i][j]
			var value float64
			value, m.present = row.value(ns, labels[i][j].index)
			if m.Counter != nil {
				*m.Counter.Value, m.Counter.CreatedTimestamp = value, began
			} else {
				*m.Gauge.Value = value
			}
		}
	}
}
