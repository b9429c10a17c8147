package metrics

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/posture"
)

// page is the memory of one exposition. A scrape writes today's values into
// the metrics of the one before, and makes new ones only for namespaces that
// are new: however many pods change, a scrape leaves hardly any garbage. Only
// one scrape at a time may use it. The zero value is ready for use.
type page struct {
	labels     *[dimensions][]label
	namespaces map[string]*namespaceMetrics
	rows       [len(perNamespace)][]*dto.Metric
	workloads  []*dto.Metric // all that were ever needed
	families   []*dto.MetricFamily
}

// ofNamespaces adds the rows of perNamespace to families, namespace by namespace.
func (p *page) ofNamespaces(families []*dto.MetricFamily, snapshot *posture.Snapshot) []*dto.MetricFamily {
	if p.labels == nil {
		p.labels, p.namespaces = newLabels(snapshot.Checks), map[string]*namespaceMetrics{}
	}
	for row := range p.rows {
		p.rows[row] = p.rows[row][:0]
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

// forget drops the metrics of namespaces that are gone.
func (p *page) forget(snapshot *posture.Snapshot) {
	if len(p.namespaces) == len(snapshot.Namespaces) {
		return
	}
	exists := make(map[string]bool, len(snapshot.Namespaces))
	for _, ns := range snapshot.Namespaces {
		exists[ns.Name] = true
	}
	for name := range p.namespaces {
		if !exists[name] {
			delete(p.namespaces, name)
		}
	}
}

// ofWorkloads adds what the workloads fail to families. The metrics point into
// the snapshot.
func (p *page) ofWorkloads(families []*dto.MetricFamily, snapshot *posture.Snapshot) []*dto.MetricFamily {
	for len(p.workloads) < len(snapshot.Workloads) {
		p.workloads = append(p.workloads, workloadFailingPods.at(0, make([]string, len(workloadFailingPods.labels))...))
	}
	for i := range snapshot.Workloads {
		failures, m := &snapshot.Workloads[i], p.workloads[i]
		*m.Gauge.Value = float64(failures.Pods)
		m.Label[0].Value = &snapshot.Checks[failures.Check].ID
		m.Label[1].Value = &failures.Namespace
		m.Label[2].Value = &failures.Workload.Name
		m.Label[3].Value = &failures.Workload.Kind
	}
	return append(families,
		workloadFailingPods.family(p.workloads[:len(snapshot.Workloads)]),
		workloadSeriesDropped.family(workloadSeriesDropped.one(float64(snapshot.WorkloadsDropped))),
	)
}
