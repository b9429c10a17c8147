package metrics

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// newGatherer returns a gatherer of the store, with a clock that advances by a quarter of a
// second with every call.
func newGatherer(store Store) *Gatherer {
	now := start
	clock := func() time.Time {
		now = now.Add(250 * time.Millisecond)
		return now
	}
	watches := posture.NewWatches("namespaces", "pods")
	watches.Active("pods", start.Add(90*time.Second))
	watches.Failed("pods", "watch", "refused", io.EOF)
	info := Info{Version: "v1.2.3", Revision: "abc", GoVersion: "go1.26", Shards: 1, Controls: map[string]string{"CIS Kubernetes v1.12": "5.6.3"}}
	others := prometheus.NewRegistry()
	others.MustRegister(NewDetection())
	return NewGatherer(Options{Store: store, Watches: watches, Info: info, Configuration: configured, Others: others, Now: clock})
}

// configured is the configuration that is told.
func configured() *Configuration {
	return &Configuration{Hash: 123456789012, Files: true, Successful: true, LastSuccess: start.Add(-time.Minute)}
}

// checked returns a gatherer that makes the checks of a registry: no series twice, labels in
// order, and the types of their families.
func checked(g *Gatherer) prometheus.Gatherer { return prometheus.Gatherers{g} }

func newStore(t testing.TB) *posture.Store {
	t.Helper()
	preset, err := policy.Preset(policy.DefaultPreset)
	if err != nil {
		t.Fatal(err)
	}
	return posture.New(posture.Options{
		Policy: preset.Exempting([]policy.Exemption{
			policy.TakeOutNamespaces(globs("kube-system")...),
			{Name: "migration", Owner: "shop", Namespaces: globs("nowhere"), Checks: 1, Ends: start.Add(time.Hour)},
		}),
		Limits: posture.Limits{WorkloadSeries: 5000, ExemptionSeries: 1000},
		Now:    func() time.Time { return start },
	})
}

func pod(namespace, name string, failed securitycontext.CheckSet) posture.Pod {
	return posture.Pod{
		Namespace: namespace, Name: name, UID: namespace + name, Created: start.Add(-time.Hour),
		Workload: workload.Workload{Kind: "Deployment", Name: "web"},
		Facts:    &securitycontext.Facts{Failed: failed},
	}
}

// syncStore completes the first full pass of a store with what was put so far, and has a
// snapshot read.
func syncStore(s *posture.Store) {
	s.Replace("", 1, slices.Values([]posture.Pod(nil)))
	s.ReplaceNamespaces(nil, 0)
	s.Exposed(s.Snapshot())
}

// nobodyReads is an Expose that does nothing.
func nobodyReads(context.Context) func(*posture.Snapshot) { return func(*posture.Snapshot) {} }

// example returns a store with three namespaces: one with a compliant and a non-compliant pod,
// an exempt one, and an empty one.
func example(t testing.TB) *posture.Store {
	s := newStore(t)
	for _, ns := range []string{"shop", "kube-system", "empty"} {
		s.PutNamespace(ns, nil, 0)
	}
	s.Put(pod("shop", "web-1", 0))
	s.Put(pod("kube-system", "dns-1", 1))
	syncStore(s)
	s.Put(pod("shop", "web-2", 1))
	s.Release(true)
	return s
}

func TestExposition(t *testing.T) {
	want, err := os.Open("testdata/exposition.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	if err := testutil.GatherAndCompare(checked(newGatherer(example(t))), want); err != nil {
		t.Error(err)
	}
}

func TestNothingIsClaimedBeforeTheFirstFullPass(t *testing.T) {
	s := newStore(t)
	s.PutNamespace("shop", nil, 0)
	s.Put(pod("shop", "web-1", 1))
	for _, half := range []func(){func() {}, func() { s.Replace("", 1, slices.Values([]posture.Pod(nil))) }} {
		half()
		families, err := newGatherer(s).Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, family := range families {
			switch name := family.GetName(); {
			case !slices.Contains(ofEveryReplica, name):
				t.Errorf("%s is exposed: add it under `if snapshot.Reporting`, or to ofEveryReplica", name)
			case name == "podscore_synced" || name == "podscore_reporting":
				if value := family.GetMetric()[0].GetGauge().GetValue(); value != 0 {
					t.Errorf("%s is %f", name, value)
				}
			}
		}
	}
}

// ofEveryReplica are the metrics that are exposed from the start, also by the replicas that do
// not report: they are about podscore itself and its configuration.
var ofEveryReplica = []string{
	"podscore_build_info", "podscore_check_info", "podscore_collect_duration_seconds", "podscore_config_hash",
	"podscore_config_last_reload_success_timestamp_seconds", "podscore_config_last_reload_successful", "podscore_control_info",
	"podscore_exemption_expiry_timestamp_seconds", "podscore_exemption_info", "podscore_reporting", "podscore_shard_info",
	"podscore_shards", "podscore_synced", "podscore_watch_errors_total", "podscore_watch_last_activity_timestamp_seconds",
	detection.Name,
}

func TestLint(t *testing.T) {
	problems, err := testutil.GatherAndLint(checked(newGatherer(example(t))))
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
	for _, m := range table {
		if !strings.HasSuffix(m.help, ".") {
			t.Errorf("the help of %s does not end with a full stop", m.name)
		}
	}
}

// TestExposedMetricsAreInTheTable: what is exposed is in the table that the docs are made of.
func TestExposedMetricsAreInTheTable(t *testing.T) {
	families, err := newGatherer(example(t)).Gather()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{detection.Name: true}
	for _, m := range table {
		known[m.name] = true
	}
	for _, family := range families {
		if !known[family.GetName()] {
			t.Errorf("%s is exposed and not in the table: add it, or the docs leave it out", family.GetName())
		}
	}
}

// TestCountersSayWhenTheyBegan: counters of pods have a created timestamp. Without it, Prometheus
// finds no increase in the first value of a new counter.
func TestCountersSayWhenTheyBegan(t *testing.T) {
	families, err := newGatherer(example(t)).Gather()
	if err != nil {
		t.Fatal(err)
	}
	counters := 0
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetType() == dto.MetricType_COUNTER && !slices.Contains(ofEveryReplica, family.GetName()) {
				counters++
				if began := m.GetCounter().GetCreatedTimestamp().AsTime(); !began.Equal(start) {
					t.Errorf("%s began at %s, want %s", family.GetName(), began, start)
				}
			}
		}
	}
	if counters == 0 {
		t.Error("there are none")
	}
}

// durationLine is the only line in which two scrapes of the same state differ.
var durationLine = regexp.MustCompile("(?m)^podscore_collect_duration_seconds .*$")

// sorted returns a text with its lines sorted: the order of a registry is another than that
// of a Gatherer.
func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestSnapshotsInARow: reusing the series of earlier scrapes never shows old values.
func TestSnapshotsInARow(t *testing.T) {
	s := example(t)
	reusing := newGatherer(s)
	for step, do := range []func(){
		func() {},
		func() { s.Put(pod("shop", "web-3", 0)) },
		func() { s.Put(pod("shop", "web-1", 1<<10)) },
		func() { s.Delete("shop", "web-2", 0) },
		func() { s.PutNamespace("bank", nil, 0) },
		func() { s.DeleteNamespace("empty", 0) },
		func() { s.Delete("shop", "web-1", 0); s.Delete("shop", "web-3", 0) },
	} {
		do()
		var texts [2]string
		for i, handler := range []http.Handler{Handler(reusing, nobodyReads, logr.Discard()), promhttp.HandlerFor(checked(newGatherer(s)), promhttp.HandlerOpts{})} {
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
			texts[i] = sorted(durationLine.ReplaceAllString(recorder.Body.String(), ""))
			if recorder.Code != http.StatusOK {
				t.Fatalf("step %d: %d %s", step, recorder.Code, texts[i])
			}
		}
		if texts[0] != texts[1] {
			t.Errorf("step %d: with reused series\n%s\nwith new series\n%s", step, texts[0], texts[1])
		}
	}
}

// TestScrapesAtTheSameTime: a slow scraper reads the values of the time of its request, even if
// another scrape begins meanwhile.
func TestScrapesAtTheSameTime(t *testing.T) {
	s := example(t)
	gatherer := transactional{Gatherer: newGatherer(s)}
	noncompliant := func(families []*dto.MetricFamily) float64 {
		for _, family := range families {
			for _, m := range family.GetMetric() {
				if family.GetName() == "podscore_namespace_pods" && m.Label[0].GetValue() == "shop" && m.Label[1].GetValue() == "noncompliant" {
					return m.GetGauge().GetValue()
				}
			}
		}
		return -1
	}
	slow, slowDone, _ := gatherer.Gather()
	s.Put(pod("shop", "web-3", 1))
	next, nextDone, _ := gatherer.Gather()
	if was, is := noncompliant(slow), noncompliant(next); was != 1 || is != 2 {
		t.Errorf("the slow scraper has %v, want 1; the next %v, want 2", was, is)
	}
	nextDone()
	slowDone()
	s.Delete("shop", "web-3", 0)
	last, done, _ := gatherer.Gather()
	defer done()
	if is := noncompliant(last); is != 1 {
		t.Errorf("after both were done: %v, want 1", is)
	}
}

// TestAScrapeLeavesLittleBehind: a scrape leaves little garbage, whatever changed before it.
func TestAScrapeLeavesLittleBehind(t *testing.T) {
	s, pods := large(t)
	gatherer := transactional{Gatherer: newGatherer(s)}
	scrape := func() {
		_, done, err := gatherer.Gather()
		if err != nil {
			t.Fatal(err)
		}
		done()
	}
	scrape()
	var before, after runtime.MemStats
	for round := range 2 {
		for i := range pods {
			pods[i].UID = fmt.Sprint("round-", round)
			s.Put(pods[i])
		}
		runtime.ReadMemStats(&before)
		scrape()
		runtime.ReadMemStats(&after)
	}
	if garbage := after.TotalAlloc - before.TotalAlloc; garbage > 3<<20 {
		t.Errorf("a scrape after a change of every one of %d pods leaves %d bytes behind, more than 3 MiB", len(pods), garbage)
	}
}

// failing is a prometheus.Gatherer that fails.
type failing struct{}

func (failing) Gather() ([]*dto.MetricFamily, error) { return nil, io.ErrUnexpectedEOF }

// TestOneWrongMetricHidesNoOther: the response has status 200 and all metrics that are right.
func TestOneWrongMetricHidesNoOther(t *testing.T) {
	gatherer := NewGatherer(Options{Store: example(t), Watches: posture.NewWatches("pods"), Others: failing{}, Configuration: configured, Now: time.Now})
	recorder := httptest.NewRecorder()
	Handler(gatherer, nobodyReads, logr.Discard()).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	if body := recorder.Body.String(); recorder.Code != http.StatusOK || !strings.Contains(body, `podscore_namespace_pods{namespace="shop",status="compliant"} 1`) {
		t.Errorf("status %d:\n%s", recorder.Code, body)
	}
}

// large returns a store of 1,000 namespaces with 50,000 pods, and the pods.
func large(tb testing.TB) (*posture.Store, []posture.Pod) {
	s := newStore(tb)
	var pods []posture.Pod
	for n := range 1000 {
		ns := fmt.Sprintf("namespace-%04d", n)
		s.PutNamespace(ns, nil, 0)
		for i := range 50 {
			p := pod(ns, fmt.Sprintf("workload-%d-%d", i/4, i), securitycontext.CheckSet(i%3))
			p.Workload.Name = fmt.Sprint("workload-", i/4)
			s.Put(p)
			pods = append(pods, p)
		}
	}
	syncStore(s)
	return s, pods
}

// BenchmarkScrape serves 1,000 namespaces with 50,000 pods: fold, collect,
// gather and encode, after a change in none, every tenth and every namespace.
func BenchmarkScrape(b *testing.B) {
	for _, c := range []struct {
		name string
		step int // put every step-th pod before each scrape
	}{{"unchanged", 0}, {"tenth-changed", 500}, {"all-changed", 50}} {
		b.Run(c.name, func(b *testing.B) {
			s, pods := large(b)
			handler := Handler(newGatherer(s), nobodyReads, logr.Discard())
			request := httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody)
			b.ReportAllocs()
			response := &response{header: http.Header{}}
			for round := 0; b.Loop(); round++ {
				for i := 0; c.step > 0 && i < len(pods); i += c.step {
					pods[i].UID = fmt.Sprint("round-", round)
					s.Put(pods[i])
				}
				response.bytes = 0
				handler.ServeHTTP(response, request)
			}
			b.ReportMetric(float64(response.bytes), "page-bytes")
		})
	}
}

// response is an http.ResponseWriter that counts the bytes of the body.
type response struct {
	header http.Header
	bytes  int
}

func (r *response) Header() http.Header { return r.header }
func (r *response) WriteHeader(int)     {}
func (r *response) Write(text []byte) (int, error) {
	r.bytes += len(text)
	return len(text), nil
}

// globs parses patterns, which are valid.
func globs(patterns ...string) (parsed []policy.Glob) {
	for _, pattern := range patterns {
		glob, err := policy.ParseGlob(pattern)
		if err != nil {
			panic(err)
		}
		parsed = append(parsed, glob)
	}
	return parsed
}
