package metrics

import (
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/podscore/podscore/posture"
)

// perNamespace lists the rows that have series of every namespace.
var perNamespace = [...]*metric{
	namespacePods, namespaceScoreRatio, namespaceFailingPods, namespaceOldestNoncompliant,
	podsObserved, checkFailures, verdictChanges,
}

// namespaceMetrics holds the metrics of one namespace, by the rows of
// perNamespace. They are never changed: a scrape may still encode them.
type namespaceMetrics [len(perNamespace)][]*dto.Metric

// labelPairs holds the label pairs that all namespaces share.
type labelPairs struct {
	checks   []*dto.LabelPair // by the checks' indices
	statuses []*dto.LabelPair // "status", by posture.Status
	to       []*dto.LabelPair // "to", by posture.Status
	byName   []int            // the checks' indices, ordered by name
	order    []posture.Status // the statuses, ordered by name
}

func newLabelPairs(checks []posture.CheckInfo) *labelPairs {
	pair := func(name, value string) *dto.LabelPair { return &dto.LabelPair{Name: &name, Value: &value} }
	pairs := &labelPairs{}
	for i, check := range checks {
		pairs.checks = append(pairs.checks, pair("check", check.ID))
		pairs.byName = append(pairs.byName, i)
	}
	slices.SortFunc(pairs.byName, func(a, b int) int { return strings.Compare(checks[a].ID, checks[b].ID) })
	for status := range posture.Status(posture.NumStatuses) {
		pairs.statuses = append(pairs.statuses, pair("status", status.String()))
		pairs.to = append(pairs.to, pair("to", status.String()))
		pairs.order = append(pairs.order, status)
	}
	slices.SortFunc(pairs.order, func(a, b posture.Status) int { return strings.Compare(a.String(), b.String()) })
	return pairs
}

// of returns the metrics of one namespace, 0 included.
func (p *labelPairs) of(ns *posture.Namespace) *namespaceMetrics {
	name := "namespace"
	self := &dto.LabelPair{Name: &name, Value: &ns.Name}
	began := timestamppb.New(ns.CountingSince)

	var pods, observed, changes, failing, failures, score, oldest []*dto.Metric
	for _, status := range p.order {
		labels := []*dto.LabelPair{self, p.statuses[status]}
		pods = append(pods, namespacePods.with(float64(ns.Pods[status]), nil, labels))
		observed = append(observed, podsObserved.with(float64(ns.Observed[status]), began, labels))
		changes = append(changes, verdictChanges.with(float64(ns.VerdictChanges[status]), began, []*dto.LabelPair{self, p.to[status]}))
	}
	for _, check := range p.byName {
		labels := []*dto.LabelPair{p.checks[check], self}
		failing = append(failing, namespaceFailingPods.with(float64(ns.Failing[check]), nil, labels))
		failures = append(failures, checkFailures.with(float64(ns.CheckFailures[check]), began, labels))
	}
	if ns.HasScore {
		score = []*dto.Metric{namespaceScoreRatio.with(ns.Score, nil, []*dto.LabelPair{self})}
	}
	if !ns.OldestNoncompliant.IsZero() {
		oldest = []*dto.Metric{namespaceOldestNoncompliant.with(seconds(ns.OldestNoncompliant), nil, []*dto.LabelPair{self})}
	}
	return &namespaceMetrics{pods, score, failing, oldest, observed, failures, changes}
}
