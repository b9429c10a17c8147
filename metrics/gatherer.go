package metrics

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/posture"
)

// Store is what a Gatherer reads.
type Store interface {
	// Snapshot returns how every namespace stands.
	Snapshot() *posture.Snapshot
}

// Watches is what a Gatherer reads of the watches.
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

// Gatherer gathers everything in the table from one snapshot, and beside it
// what others registered. Before the first full pass it gathers no compliance
// series: half a namespace looks like an improvement.
//
// It stands in for a prometheus.Collector because a registry hashes and sorts
// every series at every scrape. Here the order follows from the snapshot's,
// and the metrics of a namespace are kept until something changes in it; that
// no two are alike follows from the snapshot too, and the tests check it.
type Gatherer struct {
	store   Store
	watches Watches
	info    Info
	others  prometheus.Gatherer
	now     func() time.Time

	mu    sync.Mutex
	pairs *labelPairs
	kept  map[*posture.Namespace]*namespaceMetrics
}

// NewGatherer returns a gatherer of the store and the watches. The others'
// metrics must not have names that begin with podscore_, but for the histogram
// of NewDetection.
func NewGatherer(store Store, watches Watches, info Info, others prometheus.Gatherer, now func() time.Time) *Gatherer {
	return &Gatherer{store: store, watches: watches, info: info, others: others, now: now}
}

// Gather implements prometheus.Gatherer. Where the others fail in part, it
// returns all that could be gathered and the others' error. The families may
// be encoded at any time and must not be changed.
func (g *Gatherer) Gather() ([]*dto.MetricFamily, error) {
	started := g.now()
	families, err := g.others.Gather()
	snapshot := g.store.Snapshot()
	if snapshot.Synced {
		families = append(families, g.ofNamespaces(snapshot)...)
		families = append(families, ofWorkloads(snapshot)...)
	}
	families = append(families, g.ofSelf(snapshot)...)
	families = append(families, collectDuration.family(collectDuration.one(g.now().Sub(started).Seconds())))
	families = slices.DeleteFunc(families, func(f *dto.MetricFamily) bool { return len(f.Metric) == 0 })
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	return families, err
}

// ofNamespaces gathers the rows of perNamespace, namespace by namespace.
func (g *Gatherer) ofNamespaces(snapshot *posture.Snapshot) []*dto.MetricFamily {
	var rows [len(perNamespace)][]*dto.Metric
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pairs == nil {
		g.pairs = newLabelPairs(snapshot.Checks)
	}
	kept := make(map[*posture.Namespace]*namespaceMetrics, len(snapshot.Namespaces))
	for _, ns := range snapshot.Namespaces {
		metrics := g.kept[ns] // a snapshot holds the same *Namespace while nothing changes in it
		if metrics == nil {
			metrics = g.pairs.of(ns)
		}
		kept[ns] = metrics
		for row := range rows {
			if rows[row] == nil {
				rows[row] = make([]*dto.Metric, 0, len(snapshot.Namespaces)*max(1, len(metrics[row])))
			}
			rows[row] = append(rows[row], metrics[row]...)
		}
	}
	g.kept = kept
	var families []*dto.MetricFamily
	for row, metric := range perNamespace {
		families = append(families, metric.family(rows[row]))
	}
	return families
}

// ofWorkloads gathers what the workloads fail.
func ofWorkloads(snapshot *posture.Snapshot) []*dto.MetricFamily {
	failing := make([]*dto.Metric, 0, len(snapshot.Workloads))
	for _, w := range snapshot.Workloads {
		failing = append(failing, workloadFailingPods.at(float64(w.Pods), snapshot.Checks[w.Check].ID, w.Namespace, w.Workload.Name, w.Workload.Kind))
	}
	return []*dto.MetricFamily{
		workloadFailingPods.family(failing),
		workloadSeriesDropped.family(workloadSeriesDropped.one(float64(snapshot.WorkloadsDropped))),
	}
}

// ofSelf gathers what podscore says of itself and of what it checks.
func (g *Gatherer) ofSelf(snapshot *posture.Snapshot) []*dto.MetricFamily {
	var checks, controls, activity, errors []*dto.Metric
	for _, check := range snapshot.Checks {
		checks = append(checks, checkInfo.at(1, check.ID, strconv.FormatBool(check.Required), string(check.Severity)))
	}
	for _, benchmark := range slices.Sorted(maps.Keys(g.info.Controls)) {
		controls = append(controls, controlInfo.at(1, benchmark, g.info.Controls[benchmark]))
	}
	for _, watch := range g.watches.Snapshot() {
		if !watch.LastActivity.IsZero() {
			activity = append(activity, watchLastActivity.at(seconds(watch.LastActivity), watch.Resource))
		}
		errors = append(errors, watchErrors.at(float64(watch.Errors), watch.Resource))
	}
	return []*dto.MetricFamily{
		checkInfo.family(checks),
		controlInfo.family(controls),
		buildInfo.family([]*dto.Metric{buildInfo.at(1, g.info.GoVersion, g.info.Revision, g.info.Version)}),
		synced.family(synced.one(boolean(snapshot.Synced))),
		reporting.family(reporting.one(boolean(snapshot.Synced))),
		watchLastActivity.family(activity),
		watchErrors.family(errors),
	}
}
