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
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
)

// Store is what a Gatherer reads.
type Store interface {
	// Snapshot returns the state of every namespace.
	Snapshot() *posture.Snapshot
}

// Watches is what a Gatherer reads about the watches.
type Watches interface {
	// Snapshot returns the state of the watches, by resource.
	Snapshot() []posture.Watch
}

// Info is exposed as it is, and does not change while podscore runs.
type Info struct {
	// Version and Revision are podscore's, GoVersion is that of the compiler.
	Version, Revision, GoVersion string
	// Shard is the number of this shard, from 0 to Shards-1.
	Shard, Shards int
	// Controls has the number of the control in every benchmark, by the benchmark's name.
	Controls map[string]string
}

// Options are the sources of a Gatherer.
type Options struct {
	// Store has the state of every namespace.
	Store Store
	// Watches has the state of the watches.
	Watches Watches
	// Info is exposed as it is.
	Info Info
	// Configuration returns what is to be told about the running configuration.
	Configuration func() *Configuration
	// Others gathers the metrics of other registries. Their names must not begin with
	// podscore_, except for the histogram of NewDetection.
	Others prometheus.Gatherer
	// Now is the clock.
	Now func() time.Time
}

// Gatherer gathers the metrics of the table: those about pods from one snapshot, those about
// podscore itself from the other Options, and beside them the metrics of Options.Others. It
// gathers no compliance series before the first full pass, because half a namespace looks
// like an improvement; nor while another replica exposes them, because every pod would be
// counted twice.
//
// It is no prometheus.Collector, because a registry makes, hashes and sorts all series at
// every scrape. Here the order is that of the snapshot, and the memory is used again by
// the next scrape (see exposition). That all series are distinct follows from the snapshot
// too, and the tests check it.
type Gatherer struct {
	options Options

	mu   sync.Mutex
	free *exposition // nil while a scrape uses it
}

// NewGatherer returns a Gatherer with these sources.
func NewGatherer(options Options) *Gatherer { return &Gatherer{options: options} }

// Gather implements prometheus.Gatherer. If Options.Others fails in part, it returns all
// that could be gathered, and the error. The families are never used again; Handler uses
// transactional, which leaves less garbage.
func (g *Gatherer) Gather() ([]*dto.MetricFamily, error) {
	families, _, err := g.gather(&exposition{})
	return families, err
}

// transactional implements prometheus.TransactionalGatherer with a Gatherer, for one scrape.
// The families are valid until done is called; the next scrape then uses their memory.
type transactional struct {
	*Gatherer
	snapshot *posture.Snapshot // of the families that Gather returned
}

// Gather implements prometheus.TransactionalGatherer.
func (t *transactional) Gather() (_ []*dto.MetricFamily, done func(), err error) {
	e := t.get()
	families, snapshot, err := t.gather(e)
	t.snapshot = snapshot
	return families, func() { t.put(e) }, err
}

// get returns an exposition that no other scrape uses: the free one, or a new one. So a
// scrape never waits for another, however slowly that is read.
func (g *Gatherer) get() *exposition {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.free
	g.free = nil
	if e == nil {
		e = &exposition{}
	}
	return e
}

// put keeps an exposition for the next scrape. Only one is kept, which is enough for one
// scraper.
func (g *Gatherer) put(e *exposition) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.free = e
}

// gather returns all families in the order of their names, made in the memory of an
// exposition, and the snapshot that they were made from.
func (g *Gatherer) gather(e *exposition) ([]*dto.MetricFamily, *posture.Snapshot, error) {
	started := g.options.Now()
	others, err := g.options.Others.Gather()
	families := append(e.families[:0], others...)
	snapshot := g.options.Store.Snapshot()
	if snapshot.Reporting {
		families = e.addNamespaces(families, snapshot)
		families = e.addWorkloads(families, snapshot)
		families = append(families, clusterFamily(snapshot))
		families = e.addExcused(families, snapshot)
	}
	families = e.addExemptions(families, snapshot)
	families = append(families, g.selfFamilies(snapshot)...)
	families = append(families, configurationFamilies(g.options.Configuration())...)
	families = append(families, collectDuration.family(collectDuration.only(g.options.Now().Sub(started).Seconds())))
	families = slices.DeleteFunc(families, func(f *dto.MetricFamily) bool { return len(f.Metric) == 0 })
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	e.families = families
	return families, snapshot, err
}

// clusterFamily returns the family of the counter for the whole cluster.
func clusterFamily(snapshot *posture.Snapshot) *dto.MetricFamily {
	var observed []*dto.Metric
	for _, status := range []policy.Status{policy.Compliant, policy.Exempt, policy.Noncompliant} { // in the order of the label's values
		metric := clusterPodsObserved.series(float64(snapshot.Observed[status]), prometheus.Labels{"status": status.String()})
		metric.Counter.CreatedTimestamp = timestamppb.New(snapshot.CountingSince)
		observed = append(observed, metric)
	}
	return clusterPodsObserved.family(observed)
}

// selfFamilies returns the families about podscore itself, its watches and its checks.
func (g *Gatherer) selfFamilies(snapshot *posture.Snapshot) []*dto.MetricFamily {
	info := g.options.Info
	var checks, controls, activity, errors []*dto.Metric
	for _, check := range snapshot.Checks {
		checks = append(checks, checkInfo.series(1, prometheus.Labels{
			"check": check.ID, "required": strconv.FormatBool(check.Required), "severity": string(check.Severity),
		}))
	}
	for _, benchmark := range slices.Sorted(maps.Keys(info.Controls)) {
		controls = append(controls, controlInfo.series(1, prometheus.Labels{"benchmark": benchmark, "control": info.Controls[benchmark]}))
	}
	for _, watch := range g.options.Watches.Snapshot() {
		if !watch.LastActivity.IsZero() {
			activity = append(activity, watchLastActivity.series(seconds(watch.LastActivity), prometheus.Labels{"resource": watch.Resource}))
		}
		errors = append(errors, watchErrors.series(float64(watch.Errors), prometheus.Labels{"resource": watch.Resource}))
	}
	build := prometheus.Labels{"goversion": info.GoVersion, "revision": info.Revision, "version": info.Version}
	shard := prometheus.Labels{"shard": strconv.Itoa(info.Shard), "shards": strconv.Itoa(info.Shards)}
	return []*dto.MetricFamily{
		checkInfo.family(checks),
		controlInfo.family(controls),
		buildInfo.family([]*dto.Metric{buildInfo.series(1, build)}),
		synced.family(synced.only(boolean(snapshot.Synced))),
		reporting.family(reporting.only(boolean(snapshot.Reporting))),
		shardInfo.family([]*dto.Metric{shardInfo.series(1, shard)}),
		shards.family(shards.only(float64(info.Shards))),
		watchLastActivity.family(activity),
		watchErrors.family(errors),
	}
}
