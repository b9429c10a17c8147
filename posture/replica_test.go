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
	delivered map[string]uint64 // by scope, the version up to which events were delivered
	read      map[string]uint64 // by series, the value that was scraped last
	told      int               // the version up to which events of namespaces were delivered
	unnoted   bool              // a scrape read an increase that is not on the Lease yet

	configuration int  // that it has taken in last
	met           bool // it has had the configuration that the Lease names, at some time
}

// replicas share a cluster and its Lease.
type replicas struct {
	*cluster
	t         *testing.T
	alive     []*replica
	asleep    []*replica        // paused
	increases map[string]uint64 // by series, the sum over all replicas, as a Prometheus computes it
	mayDouble map[string]uint64 // of these, what a replica could not note any more
	last      map[string]uint64 // the increases of the last scrape, if they are not noted yet
}

const (
	modelInterval = 5 * time.Second
	modelDuration = 15 * time.Second
	modelDeadline = 10 * time.Second
)

// join adds a replica. If another one has counted, it receives the events since then
// once more, as long as the API server has them.
func (r *replicas) join() {
	scopes := r.scopes
	if len(scopes) == 1 {
		scopes = nil
	}
	store := newStore(r.t, 10)
	options := store.options
	options.Elected, options.Namespaces, options.ScrapeInterval = true, scopes, modelInterval
	options.Now = func() time.Time { return r.now }
	newest := len(r.configurations) - 1
	options.Policy, options.PolicyHash = r.configurations[newest].policy, hashOfConfiguration(newest)
	r.doubtFixed()
	joins := &replica{Store: New(options), configuration: newest, delivered: map[string]uint64{}, read: map[string]uint64{}}
	r.tellAll(joins)
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
	case r.random.IntN(4) == 0: // the API server has none of the events; only creation times are left
		for i := since; i < uint64(len(r.events)); i++ {
			r.events[i].maybe = true
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

// lagging reports whether a replica has not taken in the configuration before the last. A
// real one reads the newest files, so that it is never several configurations behind.
func (r *replicas) lagging() bool {
	return slices.ContainsFunc(r.everyone(), func(one *replica) bool {
		return one.configuration < len(r.configurations)-2
	})
}

// everyone returns the replicas that run, those that are paused included.
func (r *replicas) everyone() []*replica { return slices.Concat(r.alive, r.asleep) }

// doubtUnmet is called when there is one more configuration. A replica that started with a
// later one than the Lease's, and has not met the Lease since, does not know which come after
// that.
func (r *replicas) doubtUnmet() {
	last := &r.configurations[len(r.configurations)-1]
	last.maybe = last.maybe || slices.ContainsFunc(r.everyone(), func(one *replica) bool { return !one.met })
}

// replay delivers to a replica the events between two versions, but only of pods that
// appeared there: of others it does not know the verdict that they had before.
func (r *replicas) replay(joins *replica, scope string, since, until uint64) {
	appeared := map[string]bool{}
	for i := since; i < until; i++ {
		h := &r.events[i]
		switch {
		case r.scopeOf(&h.pod) != scope:
		case h.counts && !h.changed, appeared[h.pod.UID]:
			appeared[h.pod.UID] = true
			h.deliver(joins.Store)
		case h.back: // the replica takes it for a pod that appears
			appeared[h.pod.UID], h.twice = true, true
			h.deliver(joins.Store)
		default:
			h.maybe = true
		}
	}
}

// deliver delivers at most a few more events of one scope to a replica, so that its
// other watches lag behind.
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

// relist starts a watch of a replica again with a list: it misses the events between.
func (r *replicas) relist(one *replica, scope string) {
	pods, _ := r.list(scope)
	r.doubt(scope, one.delivered[scope], uint64(len(r.events)))
	if note := one.ledger.note; note != nil && one.ledger.position[scope] < note.Exposed[scope] { // it was behind the note
		for i := one.delivered[scope]; i < uint64(len(r.events)); i++ {
			r.events[i].maybe = true
		}
	}
	one.Replace(scope, uint64(len(r.events)), slices.Values(pods))
	one.delivered[scope] = uint64(len(r.events))
}

// write writes the Lease, and reports whether the replica knows that it did: the
// write may fail, or succeed while its response is lost.
func (r *replicas) write(by *replica, release bool) (known bool) {
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

// renew is one attempt of a replica to renew the Lease, or to acquire it when it has
// expired or was released.
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

// follow lets a replica read the Lease of another.
func (r *replicas) follow(by *replica) {
	if by != r.lease.holder && r.lease.ever {
		by.Follow(r.lease.note)
	}
}

// double allows the increases of the last scrape to be counted twice, because the
// leader was lost before it had noted them.
func (r *replicas) double() {
	for series, added := range r.last {
		r.mayDouble[series] += added
	}
	r.last = nil
}

// scrape takes a snapshot of a replica as for a scrape. Sometimes the response is not
// read to its end.
func (r *replicas) scrape(one *replica) {
	if !one.Due() {
		one.Release(false)
	} else if sent := r.now; r.write(one, false) {
		one.Lead(sent.Add(modelDeadline))
		one.Release(true)
	}
	snapshot := one.Snapshot()
	if !snapshot.Reporting || r.random.IntN(4) == 0 { // a HEAD request, or the scrape timed out
		return
	}
	added := map[string]uint64{}
	for series, value := range counted(snapshot) {
		before, known := one.read[series]
		if !known && value > 0 {
			r.t.Fatalf("%s is %d when it is first read", series, value)
		}
		if one.read[series] = value; value < before {
			before = 0 // Prometheus takes it for a counter reset
		}
		r.increases[series] += value - before
		added[series] = value - before
	}
	if one.Exposed(snapshot) {
		one.unnoted, r.last = true, added
		r.write(one, false)
	}
}

// counted returns the counters of a snapshot, by series.
func counted(snapshot *Snapshot) map[string]uint64 {
	all := map[string]uint64{}
	for _, pods := range snapshot.Observed {
		all["cluster"] += pods
	}
	for _, ns := range snapshot.Namespaces {
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
	case 1: // it ends, and releases the Lease
		loses.Resign()
		if !r.write(loses, true) && r.lease.holder == loses {
			r.now = r.now.Add(modelDuration)
		}
	case 2: // it pauses, and perhaps wakes up later
		r.now = r.now.Add(modelDuration)
		r.asleep = append(r.asleep, loses)
	}
}
