package chaos

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/podscore/podscore/test/process"
)

// prometheus scrapes all replicas and adds up by how much their counters increase, as
// Prometheus does: it takes a lower value for a counter reset, and finds no increase in
// the first value of a series.
type prometheus struct {
	mu    sync.Mutex
	total series
	early map[string]float64 // series whose first value was above 0, which Prometheus misses
}

func newPrometheus() *prometheus { return &prometheus{total: series{}, early: map[string]float64{}} }

// scraper scrapes one process.
type scraper struct {
	from       *process.Podscore
	prometheus *prometheus

	mu   sync.Mutex // held during a scrape, so that responses are added in order
	last series     // the counters' last values
}

// follow scrapes a process five times a second until it ends.
func (r *prometheus) follow(p *process.Podscore) *scraper {
	all := &scraper{from: p, prometheus: r, last: series{}}
	go func() {
		for {
			select {
			case <-p.Ended():
				return
			case <-time.After(200 * time.Millisecond):
				_, _ = all.scrape(context.Background())
			}
		}
	}()
	return all
}

// response is the response to one scrape.
type response struct {
	text     string
	reports  bool
	counters series
}

// scrape scrapes the process once.
func (p *scraper) scrape(ctx context.Context) (*response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	status, text, err := process.Get(ctx, p.from.MetricsURL+"/metrics")
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("/metrics answers %d: %s", status, text)
	}
	now := &response{text: text, reports: strings.Contains(text, "\npodscore_reporting 1\n")}
	if now.counters, err = parseSeries(text, counters); err != nil {
		return nil, err
	}
	p.prometheus.add(p.last, now.counters)
	maps.Copy(p.last, now.counters)
	return now, nil
}

// add adds the increases between two scrapes of one process.
func (r *prometheus) add(before, now series) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, value := range now {
		switch last, known := before[name]; {
		case !known && value > 0:
			r.early[name] = value
		case !known:
		case value < last:
			r.total[name] += value
		default:
			r.total[name] += value - last
		}
	}
}

// increases returns the sum of each counter's increases over all replicas, and which
// series began above 0.
func (r *prometheus) increases() (total series, wrong []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(r.early)) {
		wrong = append(wrong, fmt.Sprintf("%s begins with %v: Prometheus finds no increase in that", name, r.early[name]))
	}
	return maps.Clone(r.total), wrong
}
