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
	// Shard, from 0, is one of Shards.
	Shard, Shards int
	// Controls maps the benchmarks to the control's number in them.
	Controls map[string]string
}

// Options say what a Gatherer gathers.
type Options struct {
	// Store tells how every namespace stands.
	Store Store
	// Watches tells how the watches fare.
	Watches Watches
	// Info is what does not change.
	Info Info
	// Others gathers what others count. Its metrics must not have names that begin
	// with podscore_, but for the histogram of NewDetection.
	Others prometheus.Gatherer
	// Now is the clock.
	Now func() time.Time
}

// Gatherer gathers everything in the table from one snapshot, and beside it
// what others registered. Before the first full pass it gathers no compliance
// series: half a namespace looks like an improvement. Nor does it where another
// replica reports: every pod would be there twice.
//
// It stands in for a prometheus.Collector because a registry makes, hashes and
// sorts every series anew at every scrape. Here the order follows from the
// snapshot's, and the metrics are kept from scrape to scrape (see page); that
// no two are alike follows from the snapshot too, and the tests check it.
type Gatherer struct {
	options Options

	mu   sync.Mutex
	free *page // nil while a scrape has it
}

// NewGatherer returns a gatherer of what the options name.
func NewGatherer(options Options) *Gatherer { return &Gatherer{options: options} }

// Gather implements prometheus.Gatherer. Where the others fail in part, it
// returns all that could be gathered and the others' error. The families are
// the caller's for good; Handler's way leaves less garbage.
func (g *Gatherer) Gather() ([]*dto.MetricFamily, error) {
	families, _, err := g.gather(&page{})
	return families, err
}

// transactional is a Gatherer as a prometheus.TransactionalGatherer, for one scrape:
// the families belong to the caller until it calls done, and are used again then.
type transactional struct {
	*Gatherer
	snapshot *posture.Snapshot // that the families were made of
}

// Gather implements prometheus.TransactionalGatherer.
func (t *transactional) Gather() (_ []*dto.MetricFamily, done func(), err error) {
	page := t.take()
	families, snapshot, err := t.gather(page)
	t.snapshot = snapshot
	return families, func() { t.giveBack(page) }, err
}

// take returns a page that nobody uses: the free one, or else a new one.
// Scrapes never wait for one another, however slowly one of them reads.
func (g *Gatherer) take() *page {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := g.free
	g.free = nil
	if taken == nil {
		taken = &page{}
	}
	return taken
}

// giveBack frees a page for the next scrape. One is kept, for one scraper.
func (g *Gatherer) giveBack(page *page) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.free = page
}

func (g *Gatherer) gather(page *page) ([]*dto.MetricFamily, *posture.Snapshot, error) {
	started := g.options.Now()
	others, err := g.options.Others.Gather()
	families := append(page.families[:0], others...)
	snapshot := g.options.Store.Snapshot()
	if snapshot.Reporting {
		families = page.ofNamespaces(families, snapshot)
		families = page.ofWorkloads(families, snapshot)
		families = append(families, ofCluster(snapshot))
	}
	families = append(families, g.ofSelf(snapshot)...)
	families = append(families, collectDuration.family(collectDuration.one(g.options.Now().Sub(started).Seconds())))
	families = slices.DeleteFunc(families, func(f *dto.MetricFamily) bool { return len(f.Metric) == 0 })
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	page.families = families
	return families, snapshot, err
}

// ofCluster gathers the counter that no namespace has.
func ofCluster(snapshot *posture.Snapshot) *dto.MetricFamily {
	var observed []*dto.Metric
	for _, status := range []policy.Status{policy.Compliant, policy.Exempt, policy.Noncompliant} { // in the labels' order
		metric := clusterPodsObserved.at(float64(snapshot.Observed[status]), prometheus.Labels{"status": status.String()})
		metric.Counter.CreatedTimestamp = timestamppb.New(snapshot.CountingSince)
		observed = append(observed, metric)
	}
	return clusterPodsObserved.family(observed)
}

// ofSelf gathers what podscore says of itself and of what it checks.
func (g *Gatherer) ofSelf(snapshot *posture.Snapshot) []*dto.MetricFamily {
	info := g.options.Info
	var checks, controls, activity, errors []*dto.Metric
	for _, check := range snapshot.Checks {
		checks = append(checks, checkInfo.at(1, prometheus.Labels{
			"check": check.ID, "required": strconv.FormatBool(check.Required), "severity": string(check.Severity),
		}))
	}
	for _, benchmark := range slices.Sorted(maps.Keys(info.Controls)) {
		controls = append(controls, controlInfo.at(1, prometheus.Labels{"benchmark": benchmark, "control": info.Controls[benchmark]}))
	}
	for _, watch := range g.options.Watches.Snapshot() {
		if !watch.LastActivity.IsZero() {
			activity = append(activity, watchLastActivity.at(seconds(watch.LastActivity), prometheus.Labels{"resource": watch.Resource}))
		}
		errors = append(errors, watchErrors.at(float64(watch.Errors), prometheus.Labels{"resource": watch.Resource}))
	}
	build := prometheus.Labels{"goversion": info.GoVersion, "revision": info.Revision, "version": info.Version}
	shard := prometheus.Labels{"shard": strconv.Itoa(info.Shard), "shards": strconv.Itoa(info.Shards)}
	return []*dto.MetricFamily{
		checkInfo.family(checks),
		controlInfo.family(controls),
		buildInfo.family([]*dto.Metric{buildInfo.at(1, build)}),
		synced.family(synced.one(boolean(snapshot.Synced))),
		reporting.family(reporting.one(boolean(snapshot.Reporting))),
		shardInfo.family([]*dto.Metric{shardInfo.at(1, shard)}),
		shards.family(shards.one(float64(info.Shards))),
		watchLastActivity.family(activity),
		watchErrors.family(errors),
	}
}
