package metrics

import (
	"slices"

	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/posture"
)

// exposition has the series of a scrape, which the next scrape uses again. That sets the
// values anew, and makes new series only for new namespaces: a scrape leaves little
// garbage, however many pods have changed. Only one scrape at a time may use it. The zero
// value is ready for use.
type exposition struct {
	labels     *rowLabels
	namespaces map[string]*namespaceSeries // by name
	rows       [len(perNamespace)][]*dto.Metric
	workloads  []*dto.Metric
	dropped    []*dto.Metric
	exemptions exemptionSeries
	families   []*dto.MetricFamily
}

// addNamespaces appends the families of perNamespace, and returns families.
func (e *exposition) addNamespaces(families []*dto.MetricFamily, snapshot *posture.Snapshot) []*dto.MetricFamily {
	if e.labels == nil {
		e.labels, e.namespaces = newRowLabels(snapshot.Checks), map[string]*namespaceSeries{}
	}
	for row := range e.rows {
		clear(e.rows[row]) // so that the rest of the list keeps no series of deleted namespaces
		e.rows[row] = shrink(e.rows[row])[:0]
	}
	for _, ns := range snapshot.Namespaces {
		kept := e.namespaces[ns.Name]
		if kept == nil {
			kept = newNamespaceSeries(ns.Name, e.labels)
			e.namespaces[ns.Name] = kept
		}
		if kept.source != ns { // snapshots share the *Namespace while nothing changes in it
			kept.set(ns, e.labels)
		}
		for row := range e.rows {
			for i := range kept.rows[row] {
				if s := &kept.rows[row][i]; s.present {
					e.rows[row] = append(e.rows[row], s.Metric)
				}
			}
		}
	}
	e.removeDeleted(snapshot)
	for row := range perNamespace {
		families = append(families, perNamespace[row].family(e.rows[row]))
	}
	return families
}

// removeDeleted removes the series of namespaces that are not in the snapshot. It makes a new
// map, because iterating over a map takes as long as it was ever large.
func (e *exposition) removeDeleted(snapshot *posture.Snapshot) {
	if len(e.namespaces) == len(snapshot.Namespaces) {
		return
	}
	left := make(map[string]*namespaceSeries, len(snapshot.Namespaces))
	for _, ns := range snapshot.Namespaces {
		left[ns.Name] = e.namespaces[ns.Name]
	}
	e.namespaces = left
}

// addWorkloads appends the families of failing pods by workload and of the series that the
// limit dropped, and returns families. The series point into the snapshot.
func (e *exposition) addWorkloads(families []*dto.MetricFamily, snapshot *posture.Snapshot) []*dto.MetricFamily {
	e.workloads = resize(e.workloads, len(snapshot.Workloads), workloadFailingPods)
	index := workloadFailingPods.labelIndex
	check, namespace, name, kind := index("check"), index("namespace"), index("workload"), index("workload_kind")
	for i := range snapshot.Workloads {
		failures, m := &snapshot.Workloads[i], e.workloads[i]
		*m.Gauge.Value = float64(failures.Pods)
		m.Label[check].Value = &snapshot.Checks[failures.Check].ID
		m.Label[namespace].Value = &failures.Namespace
		m.Label[name].Value = &failures.Workload.Name
		m.Label[kind].Value = &failures.Workload.Kind
	}
	e.dropped = resize(e.dropped, len(snapshot.Dropped), namespaceWorkloadSeriesDropped)
	namespace = namespaceWorkloadSeriesDropped.labelIndex("namespace")
	for i := range snapshot.Dropped {
		dropped, m := &snapshot.Dropped[i], e.dropped[i]
		*m.Gauge.Value = float64(dropped.Series)
		m.Label[namespace].Value = &dropped.Namespace
	}
	return append(families,
		workloadFailingPods.family(e.workloads),
		namespaceWorkloadSeriesDropped.family(e.dropped),
		workloadSeriesDropped.family(workloadSeriesDropped.only(float64(snapshot.WorkloadsDropped))),
	)
}

// resize returns a list of as many series of a row as are needed: the existing ones, and new
// ones. It keeps no others, because they would point into an old snapshot.
func resize(list []*dto.Metric, needed int, row *metric) []*dto.Metric {
	if needed < len(list) {
		clear(list[needed:])
		list = list[:needed]
	}
	for len(list) < needed {
		list = append(list, row.seriesOf(0, row.emptyPairs()))
	}
	return shrink(list)
}

// shrink returns the list, copied into less memory if it is large and uses less than a
// quarter of its capacity.
func shrink[T any](list []T) []T {
	const little = 1024
	if cap(list) > little && cap(list) > 4*len(list) {
		return slices.Clip(append(make([]T, 0, len(list)), list...))
	}
	return list
}
