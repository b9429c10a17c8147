package posture

import (
	"slices"
	"time"

	"github.com/podscore/podscore/securitycontext"
)

// Lease is what the replica that leads, or led last, has told the others.
type Lease struct {
	// CountedThrough is the resource version of pods through which it has
	// counted. It exposes no count of anything newer. 0 where it is not known.
	CountedThrough uint64
	// ExposedThrough is the resource version through which somebody has seen its
	// counts. 0 where it is not known.
	ExposedThrough uint64
	// Renewed is when it last said so, by its clock.
	Renewed time.Time
}

// ledger decides which of several replicas counts a pod that appears, so that
// over all of them every pod is counted once. All replicas see all pods, and
// each keeps what it saw until it knows who counts it: the leader counts through
// a resource version once its Lease says so, and whoever leads next goes on from
// there. Resource versions order what happened to pods, whatever the clocks say.
type ledger struct {
	elected bool // or else there is one replica, which counts all at once

	lease      Lease     // the last of another replica's
	leaseKnown bool      // or else nobody ever led
	leads      bool      // or did last, as far as is known here
	leadsUntil time.Time // unless it is told otherwise
	counted    uint64    // through which this replica has counted as a leader
	exposed    uint64    // through which a snapshot showed that
	shown      bool      // whether there was a snapshot since this replica leads
	position   uint64    // through which everything that happened is put
	pending    []observation
}

// observation is something to count of a pod: that it appeared, or that its
// verdict changed.
type observation struct {
	namespace string
	version   uint64 // of the pod, when that was seen
	created   int64
	failed    securitycontext.CheckSet
	status    Status
	appeared  bool
}

// maxPending bounds what a replica keeps when no leader counts for a long time,
// about 10 MiB of it.
const maxPending = 200_000

// countedBy tells whether whoever held a Lease has counted an observation,
// through the resource version that it says. Where it says none, what is left
// is the clock.
func (o *observation) countedBy(lease Lease, through uint64) bool {
	if through == 0 {
		return o.created <= lease.Renewed.Unix()
	}
	return o.version <= through
}

// observe takes in an observation. What this replica need not wait for is counted.
func (s *Store) observe(o observation) {
	l := &s.ledger
	switch {
	case !l.elected:
		s.count(&o)
	case l.leaseKnown && l.leads && o.countedBy(l.lease, l.lease.CountedThrough):
	case l.leaseKnown && !l.leads && o.countedBy(l.lease, l.lease.ExposedThrough):
	case l.leads && o.version <= l.counted: // it comes late
		s.count(&o)
	default:
		if len(l.pending) >= maxPending {
			l.pending = slices.Delete(l.pending, 0, maxPending/8)
		}
		l.pending = append(l.pending, o)
	}
}

// wasThere tells whether a pod of the first full pass was there before counting
// began: when this replica started or, if others led before, when somebody last
// saw what they counted. Where it is not known at which version the pod appeared,
// because it has changed since, the clock says.
func (l *ledger) wasThere(o *observation, appeared bool) bool {
	if !l.elected || !l.leaseKnown {
		return true
	}
	return o.version <= l.lease.ExposedThrough || !appeared && o.created <= l.lease.Renewed.Unix()
}

// count adds an observation to the counters of its namespace, if that is there still.
func (s *Store) count(o *observation) {
	ns, known := s.namespaces[o.namespace]
	if !known {
		return
	}
	ns.folded = nil
	if !o.appeared {
		ns.counters.verdictChanges[o.status]++
		return
	}
	ns.counters.observe(o.status, o.failed)
	if s.options.Detected != nil {
		s.options.Detected(max(0, s.options.Now().Sub(time.Unix(o.created, 0)))) // the API server's clock may be ahead
	}
}

// Seen takes in that everything that happened to pods through a resource version
// is put.
func (s *Store) Seen(version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.position = max(s.ledger.position, version)
}

// Position returns the resource version through which this replica may count as
// a leader, and the one through which a snapshot showed what it counted.
//
// A new leader counts nothing before its counters were seen once as they were:
// Prometheus finds no increase in the first value of a series.
func (s *Store) Position() (seen, exposed uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.ledger
	exposed = max(l.exposed, l.lease.CountedThrough)
	if !l.leads || !l.shown {
		return exposed, exposed
	}
	// The leader before may have been further; what comes until there is counted.
	return max(l.position, exposed), exposed
}

// Lead takes in that this replica leads until then, unless it hears otherwise,
// and that its Lease says that it has counted through a resource version.
func (s *Store) Lead(through uint64, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.ledger
	if !l.leads {
		l.shown = false
		l.pending = slices.DeleteFunc(l.pending, func(o observation) bool {
			return l.leaseKnown && o.countedBy(l.lease, l.lease.CountedThrough)
		})
	}
	l.leads, l.leadsUntil, l.counted = true, until, through
	l.pending = slices.DeleteFunc(l.pending, func(o observation) bool {
		if o.version > through {
			return false
		}
		s.count(&o)
		return true
	})
}

// Follow takes in that another replica holds the Lease, or gave it back, and
// what it says. A Lease that says nothing is one that nobody ever held.
func (s *Store) Follow(lease Lease) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.ledger
	l.leads = false
	if lease == (Lease{}) {
		return
	}
	l.lease, l.leaseKnown = lease, true
	l.pending = slices.DeleteFunc(l.pending, func(o observation) bool { return o.countedBy(lease, lease.ExposedThrough) })
}

// Resign has this replica expose nothing from now on. A snapshot that is being
// taken meanwhile is waited for.
func (s *Store) Resign() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.leadsUntil = time.Time{}
}

// reports tells whether this replica is the one that exposes how the pods stand.
// Time must not have passed by either clock: the monotonic one stands still
// while a machine sleeps, and the other can be set back.
func (l *ledger) reports(now time.Time) bool {
	return !l.elected || l.leads && now.Before(l.leadsUntil) && now.Round(0).Before(l.leadsUntil.Round(0))
}
