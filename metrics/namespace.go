package metrics

import (
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
)

// perNamespace lists the rows with series for every namespace. value returns the value of
// the series for the i-th check or status; present is false if there is no such series.
var perNamespace = [...]struct {
	*metric
	value func(ns *posture.Namespace, i int) (value float64, present bool)
}{
	{namespacePods, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Pods[i]), true }},
	{namespaceScoreRatio, func(ns *posture.Namespace, _ int) (float64, bool) { return ns.Score, ns.HasScore }},
	{namespaceScorePods, func(ns *posture.Namespace, _ int) (float64, bool) { return float64(ns.ScorePods), true }},
	{namespaceFailingPods, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Failing[i]), true }},
	{namespaceOldestNoncompliant, func(ns *posture.Namespace, _ int) (float64, bool) {
		return seconds(ns.OldestNoncompliant), !ns.OldestNoncompliant.IsZero()
	}},
	{podsObserved, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.Observed[i]), true }},
	{checkFailures, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.CheckFailures[i]), true }},
	{verdictChanges, func(ns *posture.Namespace, i int) (float64, bool) { return float64(ns.VerdictChanges[i]), true }},
}

// rowLabels has, for every row of perNamespace, the labels by which the series of a
// namespace differ, in the order of exposition. All namespaces share them.
type rowLabels [len(perNamespace)][]label

// label is a series' label other than the namespace.
type label struct {
	pair  *dto.LabelPair // nil if the row has no other label
	index int            // of the check or the status
}

// newRowLabels returns the labels with all their values.
func newRowLabels(checks []policy.CheckInfo) *rowLabels {
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
	var labels rowLabels
	for i, row := range perNamespace {
		name := row.otherLabel("namespace")
		values, known := byName[name]
		if !known {
			panic(row.name + " has the label " + name + ", of which no values are known: add them above")
		}
		labels[i] = values
	}
	return &labels
}

// namespaceSeries has the series of one namespace, by the rows of perNamespace.
type namespaceSeries struct {
	source *posture.Namespace // that the values were set from
	rows   [len(perNamespace)][]series
}

// series is a series that may be absent.
type series struct {
	*dto.Metric
	present bool
}

// newNamespaceSeries returns the series of a namespace, without values.
func newNamespaceSeries(namespace string, labels *rowLabels) *namespaceSeries {
	name := "namespace"
	self := &dto.LabelPair{Name: &name, Value: &namespace}
	made := &namespaceSeries{}
	for i, row := range perNamespace {
		made.rows[i] = make([]series, 0, len(labels[i]))
		for _, label := range labels[i] {
			pairs := make([]*dto.LabelPair, len(row.labels))
			pairs[row.labelIndex(name)] = self
			if label.pair != nil {
				pairs[row.labelIndex(label.pair.GetName())] = label.pair
			}
			made.rows[i] = append(made.rows[i], series{Metric: row.seriesOf(0, pairs)})
		}
	}
	return made
}

// set sets the values from ns, which must have the name of the series' namespace. No other
// scrape may use the series.
func (n *namespaceSeries) set(ns *posture.Namespace, labels *rowLabels) {
	n.source = ns
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
