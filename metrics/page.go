package metrics

import (
	"slices"

	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/posture"
)

// page is the memory of one exposition. A scrape writes today's values into
// the metrics of the one before, and makes new ones only for namespaces that
// are new: however many pods change, a scrape leaves hardly any garbage. Only
// one scrape at a time may use it. The zero value is ready for use.
type page struct {
	labels     *labelsOfRows
	namespaces map[string]*namespaceMetrics
	rows       [len(perNamespace)][]*dto.Metric
	workloads  []*dto.Metric
	dropped    []*dto.Metric
	families   []*dto.MetricFamily
}

// ofNamespaces adds the rows of perNamespace to families, namespace by namespace.
func (p *page) ofNamespaces(families []*dto.MetricFamily, snapshot *posture.Snapshot) []*dto.MetricFamily {
	if p.labels == nil {
		p.labels, p.namespaces = newLabels(snapshot.Checks), map[string]*namespaceMetrics{}
	}
	for row := range p.rows {
		clear(p.rows[row]) // or they would hold on to namespaces that are gone
		p.rows[row] = tight(p.rows[row])[:0]
	}
	for _, ns := range snapshot.Namespaces {
		metrics := p.namespaces[ns.Name]
		if metrics == nil {
			metrics = newNamespaceMetrics(ns.Name, p.labels)
			p.namespaces[ns.Name] = metrics
		}
		if metrics.shows != ns { // a snapshot holds the same *Namespace while nothing changes in it
			metrics.show(ns, p.labels)
		}
		for row := range p.rows {
			for i := range metrics.rows[row] {
				if m := &metrics.rows[row][i]; m.present {
					p.rows[row] = append(p.rows[row], m.Metric)
				}
			}
		}
	}
	p.forget(snapshot)
	for row := range perNamespace {
		families = append(families, perNamespace[row].family(p.rows[row]))
	}
	return families
}

// forget drops the metrics of namespaces that are gone. The map is made anew: one
// that was large once takes as long to go through ever after.
func (p *page) forget(snapshot *posture.Snapshot) {
	if len(p.namespaces) == len(snapshot.Namespaces) {
		return
	}
	left := make(map[string]*namespaceMetrics, len(snapshot.Namespaces))
	for _, ns := range snapshot.Namespaces {
		left[ns.Name] = p.namespaces[ns.Name]
	}
	p.namespaces = left
}

// ofWorkloads adds what the workloads fail, and what is held back of that, to
// families. The metrics point into the snapshot.
func (p *page) ofWorkloads(families []*dto.MetricFamily, snapshot *posture.Snapshot) []*dto.MetricFamily {
	p.workloads = sized(p.workloads, len(snapshot.Workloads), workloadFailingPods)
	at := workloadFailingPods.index
	check, namespace, name, kind := at("check"), at("namespace"), at("workload"), at("workload_kind")
	for i := range snapshot.Workloads {
		failures, m := &snapshot.Workloads[i], p.workloads[i]
		*m.Gauge.Value = float64(failures.Pods)
		m.Label[check].Value = &snapshot.Checks[failures.Check].ID
		m.Label[namespace].Value = &failures.Namespace
		m.Label[name].Value = &failures.Workload.Name
		m.Label[kind].Value = &failures.Workload.Kind
	}
	p.dropped = sized(p.dropped, len(snapshot.Dropped), namespaceWorkloadSeriesDropped)
	namespace = namespaceWorkloadSeriesDropped.index("namespace")
	for i := range snapshot.Dropped {
		dropped, m := &snapshot.Dropped[i], p.dropped[i]
		*m.Gauge.Value = float64(dropped.Series)
		m.Label[namespace].Value = &dropped.Namespace
	}
	return append(families,
		workloadFailingPods.family(p.workloads),
		namespaceWorkloadSeriesDropped.family(p.dropped),
		workloadSeriesDropped.family(workloadSeriesDropped.one(float64(snapshot.WorkloadsDropped))),
	)
}

// sized returns as many metrics of a row as are needed, of those that are there
// and new ones. More are not kept: they would point into what they showed last.
func sized(metrics []*dto.Metric, needed int, row *metric) []*dto.Metric {
	if needed < len(metrics) {
		clear(metrics[needed:])
		metrics = metrics[:needed]
	}
	for len(metrics) < needed {
		metrics = append(metrics, row.with(0, row.empty()))
	}
	return tight(metrics)
}

// tight returns a list in memory that fits it, where it had far more.
func tight[T any](list []T) []T {
	const little = 1024
	if cap(list) > little && cap(list) > 4*len(list) {
		return slices.Clip(append(make([]T, 0, len(list)), list...))
	}
	return list
}
