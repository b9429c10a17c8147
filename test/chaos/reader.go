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

// reader reads the pages of all replicas all the time, as Prometheus does, and adds
// up by how much their counters increase: Prometheus takes a lower value for a new
// beginning, and finds no increase in the first value of a series.
type reader struct {
	mu    sync.Mutex
	total series
	early map[string]float64 // series that began above 0, where Prometheus misses that much
}

func newReader() *reader { return &reader{total: series{}, early: map[string]float64{}} }

// pages are what a reader has read of one process.
type pages struct {
	from   *process.Podscore
	reader *reader

	mu   sync.Mutex // held while one is read, so that they are taken in order
	last series     // of counters
}

// follow reads a process' pages until it ends.
func (r *reader) follow(p *process.Podscore) *pages {
	all := &pages{from: p, reader: r, last: series{}}
	go func() {
		for {
			select {
			case <-p.Ended():
				return
			case <-time.After(200 * time.Millisecond):
				_, _ = all.read(context.Background())
			}
		}
	}()
	return all
}

// page is what one page says.
type page struct {
	text     string
	reports  bool
	counters series
}

// read reads a page.
func (p *pages) read(ctx context.Context) (*page, error) {
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
	now := &page{text: text, reports: strings.Contains(text, "\npodscore_reporting 1\n")}
	if now.counters, err = seriesOf(text, counters); err != nil {
		return nil, err
	}
	p.reader.add(p.last, now.counters)
	maps.Copy(p.last, now.counters)
	return now, nil
}

// add adds by how much counters increased.
func (r *reader) add(before, now series) {
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

// increases returns by how much every counter has increased, over all replicas, and
// what is wrong with how they began.
func (r *reader) increases() (total series, wrong []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(r.early)) {
		wrong = append(wrong, fmt.Sprintf("%s begins with %v: Prometheus finds no increase in that", name, r.early[name]))
	}
	return maps.Clone(r.total), wrong
}
