package posture

import (
	"flag"
	"fmt"
	"testing"
	"time"
)

var orders = flag.Uint64("orders", 1000, "how many random orders of events TestEveryPodIsCountedOnce tries")

// TestEveryPodIsCountedOnce has pods come, change and go, and replicas come, lead,
// lag, list anew, be scraped, end, be killed and stand still in any order, while
// writes fail and answers are lost. What a Prometheus adds up of all of them has
// to be what happened since the first of them.
func TestEveryPodIsCountedOnce(t *testing.T) {
	const parts = 8 // at the same time
	for part := range uint64(parts) {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			for seed := part; seed < *orders; seed += parts {
				if wrong := order(t, seed); wrong != "" {
					t.Fatalf("seed %d: %s", seed, wrong)
				}
			}
		})
	}
}

// order has things happen in an order that a seed gives, and tells what is wrong
// with the counts afterwards.
func order(t *testing.T, seed uint64) string {
	r := &replicas{cluster: newCluster(seed), t: t, increases: map[string]uint64{}, mayDouble: map[string]uint64{}}
	for range r.random.IntN(6) { // there may be none at the start
		r.appear()
	}
	began := len(r.events)
	r.join()
	r.join()
	for !r.lease.ever {
		r.renew(r.alive[0])
	}
	for range 300 {
		r.act()
	}
	r.settle()
	return r.compare(began)
}

// act has something happen.
func (r *replicas) act() {
	r.now = r.now.Add(time.Duration(r.random.IntN(2000)) * time.Millisecond)
	one, scope := r.alive[r.random.IntN(len(r.alive))], r.scopes[r.random.IntN(len(r.scopes))]
	switch action := r.random.IntN(40); {
	case action < 7:
		r.appear()
	case action < 11:
		r.change()
	case action < 18:
		r.deliver(one, scope, 4)
	case action < 26:
		r.renew(one)
	case action < 35:
		r.scrapeAll()
	case action == 35:
		r.relist(one, scope)
	case action == 36 && len(r.alive) < 4:
		r.join()
	case action == 37 && len(r.asleep) > 0:
		r.scrapeAll() // before it learns that it has lost
		r.alive, r.asleep = append(r.alive, r.asleep[0]), r.asleep[1:]
	case action == 38:
		r.lose()
	}
}

// scrapeAll scrapes every replica, also those that stand still, as if they woke for
// a moment. At most one may report.
func (r *replicas) scrapeAll() {
	reporting := 0
	for _, one := range append(r.alive[:len(r.alive):len(r.alive)], r.asleep...) {
		if one.Snapshot().Reporting {
			reporting++
		}
		r.scrape(one)
	}
	if reporting > 1 {
		r.t.Fatalf("%d replicas report", reporting)
	}
}

// settle has everything told, and scraped, until nothing changes any more.
func (r *replicas) settle() {
	for range 30 {
		r.now = r.now.Add(2 * time.Second)
		for _, one := range r.alive {
			for _, scope := range r.scopes {
				r.deliver(one, scope, len(r.events))
			}
			r.renew(one)
		}
		r.scrapeAll()
	}
}

// compare tells how the increases differ from what happened after the first events.
func (r *replicas) compare(began int) string {
	for _, one := range r.alive {
		known := 0
		for _, ns := range one.namespaces {
			known += len(ns.pods)
		}
		if known != len(r.pods) {
			return fmt.Sprintf("a replica knows %d pods, want %d", known, len(r.pods))
		}
	}
	least, most := map[string]uint64{}, map[string]uint64{}
	for _, h := range r.events[began:] {
		if !h.counts && !h.twice {
			continue
		}
		series := []string{"cluster", h.pod.Namespace}
		if h.changed {
			series = []string{h.pod.Namespace + " changes"}
		}
		for _, name := range series {
			most[name]++
			if h.counts && !h.unsure {
				least[name]++
			}
		}
	}
	for _, series := range append([]string{"cluster", "a changes", "b changes", "c changes"}, modelNamespaces...) {
		if got, low, high := r.increases[series], least[series], most[series]+r.mayDouble[series]; got < low || got > high {
			return fmt.Sprintf("%s: counted %d, want %d to %d", series, got, low, high)
		}
	}
	return ""
}
