package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/podscore/podscore/posture"
)

// Store is what a Collector reads.
type Store interface {
	// Snapshot returns how every namespace stands.
	Snapshot() *posture.Snapshot
}

// Watches is what a Collector reads of the watches.
type Watches interface {
	// Snapshot returns how the watch on every resource fares.
	Snapshot() []posture.Watch
}

// Info is what does not change while podscore runs.
type Info struct {
	// Version, Revision and GoVersion tell what podscore was built from.
	Version, Revision, GoVersion string
	// Controls maps the benchmarks to the control's number in them.
	Controls map[string]string
}

// Collector exposes one snapshot per collection. Before the first full pass it
// exposes no compliance series: half a namespace looks like an improvement.
type Collector struct {
	store   Store
	watches Watches
	info    Info
	now     func() time.Time
}

// NewCollector returns the collector of everything in the table, to be
// registered once.
func NewCollector(store Store, watches Watches, info Info, now func() time.Time) *Collector {
	return &Collector{store, watches, info, now}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, metric := range table {
		ch <- metric.desc
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	started := c.now()
	snapshot := c.store.Snapshot()
	if snapshot.Synced {
		for _, ns := range snapshot.Namespaces {
			collectNamespace(ch, ns, snapshot.Checks)
		}
		for _, w := range snapshot.Workloads {
			ch <- workloadFailingPods.at(float64(w.Pods), w.Namespace, w.Workload.Kind, w.Workload.Name, snapshot.Checks[w.Check].ID)
		}
		ch <- workloadSeriesDropped.at(float64(snapshot.WorkloadsDropped))
	}
	for _, check := range snapshot.Checks {
		ch <- checkInfo.at(1, check.ID, string(check.Severity), strconv.FormatBool(check.Required))
	}
	c.collectSelf(ch, snapshot.Synced)
	ch <- collectDuration.at(c.now().Sub(started).Seconds())
}

// collectNamespace emits all series of one namespace, 0 included.
func collectNamespace(ch chan<- prometheus.Metric, ns *posture.Namespace, checks []posture.CheckInfo) {
	for status := range posture.Status(posture.NumStatuses) {
		ch <- namespacePods.at(float64(ns.Pods[status]), ns.Name, status.String())
		ch <- podsObserved.since(ns.CountingSince, ns.Observed[status], ns.Name, status.String())
		ch <- verdictChanges.since(ns.CountingSince, ns.VerdictChanges[status], ns.Name, status.String())
	}
	for i, check := range checks {
		ch <- namespaceFailingPods.at(float64(ns.Failing[i]), ns.Name, check.ID)
		ch <- checkFailures.since(ns.CountingSince, ns.CheckFailures[i], ns.Name, check.ID)
	}
	if ns.HasScore {
		ch <- namespaceScoreRatio.at(ns.Score, ns.Name)
	}
	if !ns.OldestNoncompliant.IsZero() {
		ch <- namespaceOldestNoncompliant.at(float64(ns.OldestNoncompliant.Unix()), ns.Name)
	}
}

// collectSelf emits what podscore says of itself.
func (c *Collector) collectSelf(ch chan<- prometheus.Metric, isSynced bool) {
	for benchmark, control := range c.info.Controls {
		ch <- controlInfo.at(1, benchmark, control)
	}
	ch <- buildInfo.at(1, c.info.Version, c.info.Revision, c.info.GoVersion)
	value := 0.0
	if isSynced {
		value = 1
	}
	ch <- synced.at(value)
	ch <- reporting.at(value)
	for _, watch := range c.watches.Snapshot() {
		if !watch.LastActivity.IsZero() {
			ch <- watchLastActivity.at(float64(watch.LastActivity.UnixMilli())/1000, watch.Resource)
		}
		ch <- watchErrors.at(float64(watch.Errors), watch.Resource)
	}
}
