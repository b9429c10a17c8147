package posture

import (
	"slices"
	"testing"
	"time"

	"github.com/podscore/podscore/policy"
)

// replica is a store that watches a cluster beside others, and what a Prometheus
// has read of it.
type replica struct {
	*Store
	delivered map[string]uint64 // by scope
	read      map[string]uint64 // by series, the last value
	unnoted   bool              // a page was read, and the API server does not know yet
}

// replicas share a cluster and its Lease.
type replicas struct {
	*cluster
	t         *testing.T
	alive     []*replica
	asleep    []*replica
	increases map[string]uint64 // by series, over all replicas, as a Prometheus adds them up
	mayDouble map[string]uint64 // of these, what a replica could not note any more
	last      map[string]uint64 // what the last page that is not noted yet added
}

const (
	modelInterval = 5 * time.Second
	modelDuration = 15 * time.Second
	modelDeadline = 10 * time.Second
)

// join adds a replica. What happened since somebody counted last it hears once
// more, as long as the API server remembers.
func (r *replicas) join() {
	scopes := r.scopes
	if len(scopes) == 1 {
		scopes = nil
	}
	store := newStore(r.t, 10)
	options := store.options
	options.Elected, options.Namespaces, options.ScrapeInterval = true, scopes, modelInterval
	options.Now = func() time.Time { return r.now }
	joins := &replica{Store: New(options), delivered: map[string]uint64{}, read: map[string]uint64{}}
	joins.ReplaceNamespaces(modelNamespaces)
	if r.lease.ever {
		joins.Follow(r.lease.note)
	}
	for _, scope := range r.scopes {
		r.listAtFirst(joins, scope)
	}
	r.alive = append(r.alive, joins)
}

func (r *replicas) listAtFirst(joins *replica, scope string) {
	pods, newest := r.list(scope)
	since := r.lease.note.Since(scope)
	switch {
	case !r.lease.ever:
	case r.random.IntN(4) == 0: // it does not remember, and clocks are all that is left
		for i := since; i < uint64(len(r.events)); i++ {
			r.events[i].unsure = true
		}
	default:
		r.replay(joins, scope, since, newest)
		r.doubt(scope, newest, uint64(len(r.events)))
		for i := range pods {
			pods[i].Version = min(pods[i].Version, since)
		}
	}
	joins.Replace(scope, uint64(len(r.events)), slices.Values(pods))
	joins.delivered[scope] = uint64(len(r.events))
}

// replay has a replica hear what happened since others counted, so far as that is
// about pods that appeared since: of others it does not know how they were before.
func (r *replicas) replay(joins *replica, scope string, since, until uint64) {
	appeared := map[string]bool{}
	for i := since; i < until; i++ {
		h := &r.events[i]
		switch {
		case r.scopeOf(&h.pod) != scope:
		case h.counts && !h.changed, appeared[h.pod.UID]:
			appeared[h.pod.UID] = true
			h.deliver(joins.Store)
		case h.back: // to it, a pod that appears
			appeared[h.pod.UID], h.twice = true, true
			h.deliver(joins.Store)
		default:
			h.unsure = true
		}
	}
}

// deliver has one of a replica's watches tell of a few events more. The others lag.
func (r *replicas) deliver(to *replica, scope string, most int) {
	for at := to.delivered[scope]; at < uint64(len(r.events)) && most > 0; at++ {
		if h := &r.events[at]; r.scopeOf(&h.pod) == scope {
			h.deliver(to.Store)
			most--
		} else if r.random.IntN(4) == 0 {
			to.Reached(scope, at+1)
		}
		to.delivered[scope] = at + 1
	}
}

// relist has a replica's watch start again with a list: it hears of nothing between.
func (r *replicas) relist(of *replica, scope string) {
	pods, _ := r.list(scope)
	r.doubt(scope, of.delivered[scope], uint64(len(r.events)))
	if note := of.ledger.note; note != nil && of.ledger.position[scope] < note.Exposed[scope] { // it was behind
		for i := of.delivered[scope]; i < uint64(len(r.events)); i++ {
			r.events[i].unsure = true
		}
	}
	of.Replace(scope, uint64(len(r.events)), slices.Values(pods))
	of.delivered[scope] = uint64(len(r.events))
}

// write writes the Lease. It may fail, or be written and the answer be lost.
func (r *replicas) write(by *replica, release bool) (answered bool) {
	fate := r.random.IntN(10)
	if fate == 0 || r.lease.holder != by {
		return false
	}
	r.lease.note, r.lease.renewed = by.Note(), r.now
	by.unnoted, r.last, r.lease.ever = false, nil, true
	if release {
		r.lease.holder = nil
	}
	return fate > 1
}

// renew is what a leader does, and with another replica a takeover.
func (r *replicas) renew(by *replica) {
	if by != r.lease.holder {
		if r.lease.holder != nil && r.now.Before(r.lease.renewed.Add(modelDuration)) {
			r.follow(by)
			return
		}
		r.follow(by)
		if holder := r.lease.holder; holder != nil && holder.unnoted {
			r.double()
		}
		r.handOver()
		r.lease.holder = by
	}
	if sent := r.now; r.write(by, false) {
		by.Lead(sent.Add(modelDeadline))
	}
}

// follow has a replica look at the Lease of another.
func (r *replicas) follow(by *replica) {
	if by != r.lease.holder && r.lease.ever {
		by.Follow(r.lease.note)
	}
}

// double allows for what the last page had, which nobody noted.
func (r *replicas) double() {
	for series, added := range r.last {
		r.mayDouble[series] += added
	}
	r.last = nil
}

// scrape makes a page of a replica, which nobody may read to its end.
func (r *replicas) scrape(of *replica) {
	if !of.Due() {
		of.Release()
	} else if sent := r.now; r.write(of, false) {
		of.Lead(sent.Add(modelDeadline))
		of.Release()
	}
	page := of.Snapshot()
	if !page.Reporting || r.random.IntN(4) == 0 { // a HEAD, or it is given up
		return
	}
	added := map[string]uint64{}
	for series, value := range counted(page) {
		before, known := of.read[series]
		if !known && value > 0 {
			r.t.Fatalf("%s is %d when it is first read", series, value)
		}
		if of.read[series] = value; value < before {
			before = 0 // a reset, as Prometheus takes it
		}
		r.increases[series] += value - before
		added[series] = value - before
	}
	if of.Exposed(page) {
		of.unnoted, r.last = true, added
		r.write(of, false)
	}
}

// counted lists the counters of a page.
func counted(page *Snapshot) map[string]uint64 {
	all := map[string]uint64{}
	for _, pods := range page.Observed {
		all["cluster"] += pods
	}
	for _, ns := range page.Namespaces {
		for status := range policy.Status(policy.NumStatuses) {
			all[ns.Name] += ns.Observed[status]
			all[ns.Name+" changes"] += ns.VerdictChanges[status]
		}
	}
	return all
}

// lose ends the leader in one of three ways.
func (r *replicas) lose() {
	loses := r.lease.holder
	at := slices.Index(r.alive, loses)
	if at < 0 || len(r.alive) == 1 {
		return
	}
	r.alive = slices.Delete(r.alive, at, at+1)
	switch r.random.IntN(3) {
	case 0: // killed
		r.now = r.now.Add(modelDuration)
	case 1: // it ends, and gives the Lease back
		loses.Resign()
		if !r.write(loses, true) && r.lease.holder == loses {
			r.now = r.now.Add(modelDuration)
		}
	case 2: // it stands still, and wakes some time
		r.now = r.now.Add(modelDuration)
		r.asleep = append(r.asleep, loses)
	}
}
