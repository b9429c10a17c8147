package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/metrics"
	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Of the pods of a reloading, each configuration exempts others.
const (
	reloadNamespaces = 10 // of which the first configuration exempts those with an even number
	reloadWorkloads  = 20 // of a namespace, each with one pod
)

// files are those of a mounted ConfigMap.
type files struct{ own, team string }

const (
	ofTeams = "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions:\n"
	ofOwn   = "apiVersion: podscore.io/v1alpha1\nkind: Configuration\n"
)

// Two good configurations, and what each is when one of its files is bad.
var (
	even = files{
		ofOwn + "preset: cis\n",
		ofTeams + "- {name: even, reason: They are even., namespaces: [ns-0, ns-2, ns-4, ns-6, ns-8], containers: [{image: nginx}], checks: [all]}\n- {name: even-pods, reason: They are even., namespaces: ['*-0', '*-2', '*-4', '*-6', '*-8'], checks: [pod-security-context]}\n",
	}
	odd = files{
		ofOwn + "preset: restricted\nchecks: {read-only-root-filesystem: {required: false}}\n",
		ofTeams + "- {name: odd, reason: They are odd., owner: shop, namespaces: [ns-1, ns-3, ns-5, ns-7, ns-9], checks: [all]}\n",
	}
	badEven = files{even.own, "kind: ["}
	badOdd  = files{ofOwn + "preset: strict\n", odd.team}
)

// mount swaps the files of a ConfigMap as the kubelet does: they are in a new directory, and
// one link is renamed over the one that leads to the old.
func mount(t *testing.T, dir string, version int, f files) {
	t.Helper()
	data := fmt.Sprint("..version_", version)
	steps := []error{
		os.Mkdir(filepath.Join(dir, data), 0o700),
		os.WriteFile(filepath.Join(dir, data, "own.yaml"), []byte(f.own), 0o600),
		os.WriteFile(filepath.Join(dir, data, "team.yaml"), []byte(f.team), 0o600),
		os.Symlink(data, filepath.Join(dir, "..data_tmp")),
		os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")),
		os.RemoveAll(filepath.Join(dir, fmt.Sprint("..version_", version-1))),
	}
	if version == 0 {
		steps = append(steps, os.Symlink("..data/own.yaml", filepath.Join(dir, "own.yaml")), os.Symlink("..data/team.yaml", filepath.Join(dir, "team.yaml")))
	}
	for _, err := range steps {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// reloading is podscore without an API server: the files, the store and the page are put
// together as [watchAndServe] does, and the files are looked at when the test says so.
type reloading struct {
	*running
	store *posture.Store
	dir   string
	url   string
	times int // how often files were mounted
}

func newReloading(t *testing.T, first files) *reloading {
	t.Helper()
	r := &reloading{dir: t.TempDir()}
	mount(t, r.dir, 0, first)
	flags, err := parseFlags([]string{"--config=" + r.dir, "--scrape-interval=1s"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if r.running, err = newRunning(flags, logr.Discard()); err != nil {
		t.Fatal(err)
	}
	if r.store, err = newStore(flags, r.running, metrics.NewDetection()); err != nil {
		t.Fatal(err)
	}
	r.fill()
	gatherer := metrics.NewGatherer(metrics.Options{
		Store: r.store, Watches: posture.NewWatches(controllers.Resources(nil)...), Info: info(flags.sharding.shard),
		Configuration: r.status.Load, Others: prometheus.Gatherers{}, Now: time.Now,
	})
	server := httptest.NewServer(metrics.Handler(gatherer, expose(r.store, nil), logr.Discard()))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// fill puts pods into the store that fail everything that a pod fails which says nothing.
func (r *reloading) fill() {
	spec := corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "nginx:1"}}}
	facts := securitycontext.Score(securitycontext.FromPod(&corev1.Pod{Spec: spec})).Facts
	var pods []posture.Pod
	namespaces := map[string]map[string]string{}
	for n := range reloadNamespaces {
		name := fmt.Sprint("ns-", n)
		namespaces[name] = map[string]string{}
		for w := range reloadWorkloads {
			pods = append(pods, posture.Pod{
				Namespace: name, Name: fmt.Sprintf("web-%d-0", w), UID: fmt.Sprint(name, w), Version: 1, Created: time.Unix(1_700_000_000, 0),
				Workload: workload.Workload{Kind: "Deployment", Name: fmt.Sprint("web-", w)}, Facts: &facts,
			})
		}
	}
	r.store.ReplaceNamespaces(namespaces, 1)
	r.store.Replace("", 1, slices.Values(pods))
}

// reload mounts files and has them looked at.
func (r *reloading) reload(t *testing.T, f files, good bool) {
	t.Helper()
	r.times++
	mount(t, r.dir, r.times, f)
	r.poll(time.Now(), r.store)
	if got := r.status.Load().Successful; got != good {
		t.Fatalf("reload %d: all files are good is %t, want %t: %v", r.times, got, good, r.loader.Status().Errors)
	}
}

// scrape returns the series of the page that a configuration decides, and the counters.
func (r *reloading) scrape() (decided string, counters map[string]float64, err error) {
	response, err := http.Get(r.url)
	if err != nil {
		return "", nil, err
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return "", nil, fmt.Errorf("status %d: %w", response.StatusCode, err)
	}
	counters = map[string]float64{}
	var lines []string
	for line := range strings.Lines(string(page)) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, _, _ := strings.Cut(series, "{")
		switch {
		case strings.HasSuffix(name, "_total"):
			if counters[series], err = strconv.ParseFloat(value, 64); err != nil {
				return "", nil, err
			}
		case strings.HasPrefix(name, "podscore_namespace_"), strings.HasPrefix(name, "podscore_workload_"), strings.HasPrefix(name, "podscore_exemption_"), name == "podscore_check_info":
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, ""), counters, nil
}

// TestReloadUnderLoad: while a ConfigMap changes a thousand times, to good and to bad files
// in turn, whoever scrapes finds on every page exactly what one of the good configurations
// gives, and no counter goes down; every change of a verdict is counted once, and nothing
// grows.
func TestReloadUnderLoad(t *testing.T) {
	pages := map[string]string{}
	for name, f := range map[string]files{"even": even, "odd": odd} {
		page, _, err := newReloading(t, f).scrape()
		if err != nil {
			t.Fatal(err)
		}
		pages[page] = name
	}
	if len(pages) != 2 {
		t.Fatal("the two configurations give the same page")
	}

	r := newReloading(t, even)
	if _, _, err := r.scrape(); err != nil { // counters go up a scrape interval after this
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond)
	const times = 500
	first := r.underLoad(t, pages, times)
	second := r.underLoad(t, pages, times)
	if second.heap > first.heap+256<<10 || second.goroutines > first.goroutines+2 || second.files > first.files+2 {
		t.Errorf("after %d reloads podscore takes %+v, after as many again %+v", times, first, second)
	}

	_, counters, err := r.scrape()
	if err != nil {
		t.Fatal(err)
	}
	for series, got := range counters {
		if want := float64(2 * times / 2); strings.HasPrefix(series, "podscore_verdict_changes_total") && !strings.Contains(series, `to="compliant"`) && got != want/2*reloadWorkloads {
			t.Errorf("%s is %v, want %v: each of %d pods changed %v times", series, got, want/2*reloadWorkloads, reloadWorkloads, want/2)
		}
	}
}

// used is what a process takes.
type used struct {
	heap       uint64
	goroutines int
	files      int
}

// underLoad reloads for a number of times while the page is scraped all the time, and
// returns what the process takes afterwards.
func (r *reloading) underLoad(t *testing.T, pages map[string]string, times int) used {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	seen := make(chan map[string]int, 1)
	go func() { seen <- r.watch(ctx, t, pages) }()
	for i := range times {
		switch i % 4 {
		case 0:
			r.reload(t, odd, true)
		case 1:
			r.reload(t, badOdd, false)
		case 2:
			r.reload(t, even, true)
		case 3:
			r.reload(t, badEven, false)
		}
	}
	stop()
	if pages := <-seen; pages["even"] == 0 || pages["odd"] == 0 {
		t.Errorf("pages were read by configuration: %v, want some of both", pages)
	}
	if _, _, err := r.scrape(); err != nil { // what was not counted yet
		t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections()
	runtime.GC()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		open = nil // no Linux
	}
	return used{memory.HeapAlloc, runtime.NumGoroutine(), len(open)}
}

// watch reads the page until ctx is done, and returns how many pages were those of which
// configuration.
func (r *reloading) watch(ctx context.Context, t *testing.T, pages map[string]string) map[string]int {
	seen, last := map[string]int{}, map[string]float64{}
	for ctx.Err() == nil {
		decided, counters, err := r.scrape()
		if err != nil {
			t.Error(err)
			return seen
		}
		name, whole := pages[decided]
		if !whole {
			t.Errorf("a page is of no configuration:\n%s", decided)
			return seen
		}
		seen[name]++
		for series, value := range last {
			if now, there := counters[series]; !there || now < value {
				t.Errorf("%s was %v, and is %v", series, value, now)
			}
		}
		maps.Copy(last, counters)
	}
	return seen
}
