package posture

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

var orders = flag.Uint64("orders", 1000, "how many random orders of events TestEveryPodIsCountedOnce tries")

// TestEveryPodIsCountedOnce creates, changes and deletes pods and namespaces in random order,
// changes the configuration and has exemptions end, which every replica takes in at another
// time, while replicas start, lead, lag, list again, are scraped, end, are killed or pause,
// and writes of the Lease fail or their responses are lost. The sum of the increases that a
// Prometheus finds in all replicas has to be what happened since the first of them.
func TestEveryPodIsCountedOnce(t *testing.T) {
	const parts = 8 // in parallel
	tried := *orders
	if testing.Short() {
		tried = min(tried, 100)
	}
	for part := range uint64(parts) {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			for seed := part; seed < tried; seed += parts {
				if wrong := order(t, seed); wrong != "" {
					t.Fatalf("seed %d: %s", seed, wrong)
				}
			}
		})
	}
}

// order runs one order of events, which follows from a seed. It returns what is wrong
// with the counts afterwards; "" if nothing is.
func order(t *testing.T, seed uint64) string {
	r := &replicas{cluster: newCluster(seed), t: t, increases: map[string]uint64{}, mayDouble: map[string]uint64{}}
	for range r.random.IntN(6) { // pods that exist before the first replica; perhaps none
		r.appear()
	}
	r.appearFixed()
	began := len(r.events)
	r.join()
	r.join()
	for r.alive[0].ledger.term == 0 { // replicas read the Lease as soon as they start
		r.renew(r.alive[0])
	}
	r.follow(r.alive[1])
	for range 300 {
		r.act()
	}
	r.settle()
	return r.compare(began)
}

// act advances the clock and does one random thing.
func (r *replicas) act() {
	r.now = r.now.Add(time.Duration(r.random.IntN(2000)) * time.Millisecond)
	for _, one := range r.everyone() {
		one.met = one.met || one.ledger.met
	}
	one, scope := r.alive[r.random.IntN(len(r.alive))], r.scopes[r.random.IntN(len(r.scopes))]
	switch action := r.random.IntN(46); {
	case action < 7:
		r.appear()
	case action < 11:
		r.change()
	case action < 17:
		r.deliver(one, scope, 4)
	case action == 17:
		r.tell(one, 1+r.random.IntN(3))
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
	case action == 39 && r.random.IntN(2) == 0:
		r.changeNamespace()
	case action == 39:
		r.tellAll(one)
	case action == 40 && !r.lagging():
		r.configure()
		r.doubtUnmet()
	case action > 40:
		r.takeIn(one)
	}
}

// scrapeAll scrapes every replica, also the paused ones, as if they woke up for a
// moment. At most one may report.
func (r *replicas) scrapeAll() {
	reporting := 0
	for _, one := range r.everyone() {
		if one.reporting() {
			reporting++
		}
		r.scrape(one)
	}
	if reporting > 1 {
		r.t.Fatalf("%d replicas report", reporting)
	}
}

// settle delivers all events and scrapes until no counter changes any more.
func (r *replicas) settle() {
	r.doubtLastEnds()
	for range 30 {
		r.now = r.now.Add(2 * time.Second)
		for _, one := range r.alive {
			r.tell(one, len(r.events))
			for _, scope := range r.scopes {
				r.deliver(one, scope, len(r.events))
			}
			r.takeIn(one)
			r.renew(one)
		}
		r.scrapeAll()
	}
}

// compare returns how the increases differ from the events after the first ones, of
// which there are began; "" if they do not.
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
			if h.counts && !h.maybe && (!h.lost || name == "cluster") {
				least[name]++
			}
		}
	}
	fewest, mostOf := r.fixedChanges()
	maps.Copy(least, fewest)
	maps.Copy(most, mostOf)
	for _, series := range append([]string{"cluster", "a changes", "b changes", "c changes", "d changes", "e changes"}, modelNamespaces...) {
		if got, low, high := r.increases[series], least[series], most[series]+r.mayDouble[series]; got < low || got > high {
			return fmt.Sprintf("%s: counted %d, want %d to %d", series, got, low, high)
		}
	}
	return ""
}

// TestEndNamespace: what was released into the counters of a namespace that had ended before
// waits for those of the next one of the name.
func TestEndNamespace(t *testing.T) {
	l := newLedger(true, time.Minute, []string{""}, "")
	l.pending = []observation{
		{namespace: "a", version: 120, own: 7},
		{namespace: "a", version: 121, own: 7},
		{namespace: "a", version: 122},
		{namespace: "a", version: 123, own: done},
		{namespace: "b", version: 122, own: 7},
	}
	l.endNamespace("a", 121)
	var own []progress
	for i := range l.pending {
		own = append(own, l.pending[i].own)
	}
	if want := []progress{done, waiting, waiting, done, 7}; !slices.Equal(own, want) {
		t.Errorf("in their own counters they are %d, want %d", own, want)
	}
}
