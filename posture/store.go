package posture

import (
	"cmp"
	"hash/maphash"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
	"unique"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Options say how a Store judges, counts, and how much it tells.
type Options struct {
	// Policy turns results into scores and verdicts.
	Policy policy.Policy
	// Namespaces lists the namespaces of which each has a watch of its own. The
	// scope of such a watch is the namespace's name; of the one watch on the whole
	// cluster, where the list is empty, it is "".
	Namespaces []string
	// WorkloadSeriesLimit is how many [WorkloadFailures] a snapshot holds at
	// the most.
	WorkloadSeriesLimit int
	// Elected is true if there are several replicas, of which Lead and Follow
	// say who counts and exposes. Without, this one does.
	Elected bool
	// ScrapeInterval is how long a counter that is new stays as it is after it was
	// first read: as long as the slowest Prometheus may need to read it too.
	ScrapeInterval time.Duration
	// Detected is told how old a pod was when it was known to have appeared, and
	// a snapshot would have shown it; it may be nil, and must not call the store.
	Detected func(age time.Duration)
	// Now is the clock.
	Now func() time.Time
}

// Pod is one pod as the store is told of it.
type Pod struct {
	// Namespace and Name identify the pod among those that are there now.
	Namespace, Name string
	// UID tells a pod from an earlier one of the same name.
	UID string
	// Version is the resource version at which the pod became what it is, at the latest.
	Version uint64
	// After is the resource version after which that was, where it is known of a
	// pod in a list. Of an event, that is the version before.
	After uint64
	// Created is when the API server created the pod.
	Created time.Time
	// Workload is what the pod belongs to.
	Workload workload.Workload
	// Facts are what the checks say. The store keeps them; pods that are alike share them.
	Facts *securitycontext.Facts
}

// Store keeps the facts of each pod, judged, the namespaces that exist, and the counters.
// All methods may be called at any time from any goroutine, but for a watch's,
// which tell what happened in order.
type Store struct {
	options Options
	checks  []policy.CheckInfo

	mu               sync.Mutex
	ledger           ledger
	fold             fold
	namespaces       map[string]*namespace
	cluster          counters // of pods that appeared alone
	departed         departed
	lists            uint16 // how many there were; it overflows
	forgotten        int    // namespaces that were forgotten since the map was made
	incarnations     uint64 // how many namespaces ever were
	namespacesSynced bool
}

// pod is what is kept of a Pod, with the points and the verdict that follow
// from it. There are as many as there are pods in the cluster, so it is small,
// and of what it was made from it holds on to what others share alone.
type pod struct {
	workload unique.Handle[workload.Workload]
	facts    *securitycontext.Facts
	uid      uint64 // a hash, enough to tell a pod from an earlier one of the same name
	created  int64  // in seconds since 1970, which is all that the API has
	points   policy.Points
	status   policy.Status
	list     uint16 // the last that told of the pod, or came before the event that did
}

var uidSeed = maphash.MakeSeed()

// New returns an empty store.
func New(options Options) *Store {
	scopes := options.Namespaces
	if len(scopes) == 0 {
		scopes = []string{""}
	}
	s := &Store{
		options: options, checks: options.Policy.Checks(), namespaces: map[string]*namespace{}, fold: fold{limit: options.WorkloadSeriesLimit},
		ledger: newLedger(options.Elected, options.ScrapeInterval, scopes), cluster: counters{since: options.Now()},
	}
	for i := range s.checks {
		s.fold.bySeverity = append(s.fold.bySeverity, uint32(i))
	}
	slices.SortStableFunc(s.fold.bySeverity, func(a, b uint32) int {
		return cmp.Compare(s.checks[b].Severity.Rank(), s.checks[a].Severity.Rank())
	})
	return s
}

// Put takes in a pod that appears or changes, as an event tells it. A finished pod
// is not scored, and forgotten.
func (s *Store) Put(p Pod) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Namespace = workload.Namespace(p.Namespace)
	if p.After = p.Version - 1; p.Version == 0 {
		p.After = 0
	}
	s.put(&p)
	s.ledger.reach(s.ledger.scope(p.Namespace), p.Version)
}

// Delete takes in that a pod is gone at a resource version. It is no error that
// it was not known.
func (s *Store) Delete(namespace, name string, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	namespace = workload.Namespace(namespace)
	s.delete(namespace, name)
	s.ledger.reach(s.ledger.scope(namespace), version)
}

// Reached takes in that nothing more happened to the pods of a scope until a
// resource version.
func (s *Store) Reached(scope string, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.reach(scope, version)
}

// Replace takes in all pods that there are in a scope at a resource version, in
// any order. What is known there and not among them is gone. Pods of the first
// list of every scope were there before counting began, unless another replica
// counts already: then those count of which nobody has read.
func (s *Store) Replace(scope string, version uint64, pods iter.Seq[Pod]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, before := s.ledger.began.Exposed[scope]
	before = before || s.ledger.note != nil // then what happened since others counted was put
	s.lists++
	for p := range pods {
		p.Namespace = workload.Namespace(p.Namespace)
		if p.After == 0 {
			p.After = s.ledger.position[scope]
		}
		s.put(&p)
	}
	for name, ns := range s.namespaces {
		if before && s.ledger.scope(name) == scope {
			s.sweep(name, ns)
		}
	}
	s.ledger.list(scope, version, s.options.Now())
}

// sweep forgets the pods of a namespace that the last list has not told of.
func (s *Store) sweep(name string, ns *namespace) {
	for pod := range ns.pods {
		if ns.pods[pod].list != s.lists {
			s.delete(name, pod)
		}
	}
}

// put takes in a pod as it is.
func (s *Store) put(p *Pod) {
	if p.Facts.Finished {
		s.delete(p.Namespace, p.Name)
		return
	}
	next := s.keep(p)
	ns := s.namespace(p.Namespace)
	before, known := ns.pods[p.Name]
	same := known && before.uid == next.uid
	if next.list = s.lists; same && before == next {
		return
	}
	if before.list = next.list; known && before == next {
		ns.pods[p.Name] = next
		return
	}
	if known && !same {
		s.departed.add(before.uid)
	}
	name := p.Name
	if !known {
		name = strings.Clone(name) // not a part of something larger
	}
	ns.pods[name] = next
	ns.folded = nil
	s.notice(ns, p, &next, same, before.status)
}

// notice observes that a pod appeared, or that its verdict changed.
func (s *Store) notice(ns *namespace, p *Pod, next *pod, same bool, before policy.Status) {
	first := !s.ledger.listed()
	appears := !same && !s.departed.has(next.uid)
	switch {
	case first && s.ledger.note == nil, !appears && (!same || before == next.status):
		return
	case appears && !first && s.options.Detected != nil && s.ledger.reports(s.options.Now()):
		s.options.Detected(max(0, s.options.Now().Sub(p.Created))) // the API server's clock may be ahead
	}
	s.ledger.observe(observation{
		namespace: ns.name, incarnation: ns.incarnation, after: p.After, version: p.Version, created: next.created,
		failed: next.facts.Failed, status: next.status, appeared: appears,
	})
}

// keep returns what is kept of a pod, judged.
func (s *Store) keep(p *Pod) pod {
	kept := pod{
		workload: unique.Make(p.Workload),
		facts:    p.Facts,
		uid:      maphash.String(uidSeed, p.UID),
		created:  p.Created.Unix(),
	}
	kept.judge(s.options.Policy, p.Namespace)
	return kept
}

// judge gives the pod its points and its verdict. Nothing else does, so that a
// policy that changes is a matter of asking it again.
func (p *pod) judge(policy policy.Policy, namespace string) {
	p.points, p.status = policy.Judge(namespace, p.facts)
}

// delete forgets a pod, where it is known.
func (s *Store) delete(namespace, name string) {
	ns, known := s.namespaces[namespace]
	if !known {
		return
	}
	gone, known := ns.pods[name]
	if !known {
		return
	}
	s.departed.add(gone.uid)
	ns.delete(name)
	s.forget(namespace, ns)
}
