package ha

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// replica is one podscore, and what its page said over time.
type replica struct {
	*process.Podscore
	name string
	link *link // to the API server, where it can be cut

	counters map[string]int // the last values
	increase int            // of newly observed pods, as Prometheus adds up
	changes  int            // of verdicts, the same

	mu      sync.Mutex
	samples []sample
}

// sample is what a page said of one namespace.
type sample struct {
	began, ended time.Time // of the scrape
	reports      bool      // by podscore_reporting
	series       int       // of the namespace
	observed     int       // newly observed pods, so far
	changes      int       // of verdicts, so far
	pods         string    // which verdict has how many pods
	hash         string    // of the configuration
}

// fleet is several replicas, each of which is scraped all the time.
type fleet struct {
	t         *testing.T
	namespace string // in which pods appear
	replicas  []*replica
}

// newFleet starts replicas, of which those that cuttable names reach the API
// server over a link, and waits until all are ready and one reports.
func newFleet(t *testing.T, namespace string, count int, cuttable bool) *fleet {
	t.Helper()
	f := &fleet{t: t, namespace: namespace}
	for i := range count {
		f.start(fmt.Sprint("replica-", i), cuttable)
	}
	for _, r := range f.replicas {
		harness.Ready(t, r.Podscore, time.Minute)
	}
	f.leader(t.Context())
	return f
}

// start starts one replica more, with further flags, and scrapes it until the test ends.
func (f *fleet) start(name string, cuttable bool, flags ...string) *replica {
	f.t.Helper()
	r := &replica{name: name, counters: map[string]int{}}
	kubeconfig := cluster.KubeconfigAs(f.t, "podscore", "podscore")
	if cuttable {
		server, err := url.Parse(cluster.Config.Host)
		if err != nil {
			f.t.Fatal(err)
		}
		if r.link, err = newLink(server.Host); err != nil {
			f.t.Fatal(err)
		}
		f.t.Cleanup(func() { r.link.Close() })
		text, err := os.ReadFile(kubeconfig)
		if err != nil {
			f.t.Fatal(err)
		}
		kubeconfig = filepath.Join(f.t.TempDir(), "kubeconfig")
		text = []byte(strings.ReplaceAll(string(text), server.Host, r.link.Addr().String()))
		if err := os.WriteFile(kubeconfig, text, 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
	r.Podscore = harness.StartPodscore(f.t, cluster.Binary, kubeconfig, append(flags, "--leader-elect", "--leader-elect-resource-namespace=podscore")...)
	f.t.Logf("%s is process %d", name, r.PID())
	f.replicas = append(f.replicas, r)
	scraping, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		f.scrape(scraping, r)
	}()
	f.t.Cleanup(func() {
		stop()
		<-stopped
	})
	return r
}

// scrape scrapes a replica all the time.
func (f *fleet) scrape(ctx context.Context, r *replica) {
	client := &http.Client{Timeout: 3 * time.Second}
	for ctx.Err() == nil {
		s := sample{began: time.Now()}
		page, err := get(ctx, client, r.MetricsURL+"/metrics")
		s.ended = time.Now()
		if err == nil {
			f.read(r, &s, page)
			r.mu.Lock()
			r.samples = append(r.samples, s)
			r.mu.Unlock()
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// read takes out of a page what is looked at here.
func (f *fleet) read(r *replica, s *sample, page string) {
	label := fmt.Sprintf("namespace=%q", f.namespace)
	for line := range strings.Lines(page) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case series == "podscore_reporting":
			s.reports = value == "1"
		case series == "podscore_config_hash":
			s.hash = value
		case !strings.Contains(series, label):
		default:
			s.series++
			switch metric, _, _ := strings.Cut(series, "{"); metric {
			case "podscore_pods_observed_total":
				r.increase += f.count(r, series, value)
			case "podscore_verdict_changes_total":
				r.changes += f.count(r, series, value)
			case "podscore_namespace_pods":
				s.pods += status(series) + " " + value + " "
			}
		}
	}
	s.observed, s.changes = r.increase, r.changes
}

// status returns the value of a series' label status.
func status(series string) string {
	_, rest, _ := strings.Cut(series, `status="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// count returns the increase of a counter as Prometheus finds it: there is none in a first
// value, and one that is lower than the last began again at 0.
func (f *fleet) count(r *replica, series, value string) (increase int) {
	pods, err := strconv.Atoi(value)
	before, known := r.counters[series]
	switch {
	case err != nil:
		f.t.Errorf("%s %s: %v", series, value, err)
	case !known && pods > 0:
		f.t.Errorf("%s: %s is %d when it is first read", r.name, series, pods)
	case pods < before:
		before = 0
	}
	r.counters[series] = pods
	return pods - before
}

// all returns the samples so far.
func (r *replica) all() []sample {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]sample(nil), r.samples...)
}

// last returns the last sample, or the last that reported.
func (r *replica) last(reporting bool) (last sample) {
	for _, s := range r.all() {
		if s.reports || !reporting {
			last = s
		}
	}
	return last
}

// leader waits until one replica reports, and returns it.
func (f *fleet) leader(ctx context.Context) *replica {
	f.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		for _, r := range f.replicas {
			if last := r.last(false); last.reports && time.Since(last.ended) < time.Second && r.runs() {
				return r
			}
		}
	}
	f.t.Fatal("for a minute nobody reports")
	return nil
}

// runs reports whether the process has not ended.
func (r *replica) runs() bool {
	select {
	case <-r.Ended():
		return false
	default:
		return true
	}
}

// successor waits until another replica than the one before reports.
func (f *fleet) successor(before *replica) *replica {
	f.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		for _, r := range f.replicas {
			if r != before && r.last(false).reports {
				return r
			}
		}
	}
	f.t.Fatalf("a minute after %s nobody reports", before.name)
	return nil
}

// gap is for how long nobody reported: from the last scrape that had the series
// from one replica, to the first that had them from the next.
func gap(before, after *replica) time.Duration {
	last := before.last(true)
	for _, s := range after.all() {
		if s.reports && s.began.After(last.began) {
			return s.ended.Sub(last.began)
		}
	}
	return 0
}

// neverTwo fails where two replicas reported at once: where a scrape of one
// that had the series began after, and one of another ended before the other's.
func (f *fleet) neverTwo() {
	f.t.Helper()
	for _, r := range f.replicas {
		for _, s := range r.all() {
			if (s.series > 0) != s.reports {
				f.t.Fatalf("%s has %d series of the namespace, and podscore_reporting says %t", r.name, s.series, s.reports)
			}
		}
	}
	type term struct {
		by       *replica
		from, to time.Time // the first scrape's end, the last one's begin
	}
	var terms []term
	for _, r := range f.replicas {
		open := false
		for _, s := range r.all() {
			switch {
			case s.reports && !open:
				terms, open = append(terms, term{r, s.ended, s.began}), true
			case s.reports:
				terms[len(terms)-1].to = s.began
			default:
				open = false
			}
		}
	}
	for i, a := range terms {
		for _, b := range terms[i+1:] {
			if a.by != b.by && a.from.Before(b.to) && b.from.Before(a.to) {
				f.t.Errorf("%s reported from %s to %s, and %s from %s to %s", a.by.name, a.from, a.to, b.by.name, b.from, b.to)
			}
		}
	}
}
