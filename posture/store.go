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

// Options configure a Store.
type Options struct {
	// Policy turns facts into points and verdicts, until [Store.SetPolicy] is called.
	Policy policy.Policy
	// PolicyHash is the hash of the configuration that Policy came from.
	PolicyHash string
	// Namespaces lists the namespaces that have a watch on pods each, whose scope is
	// the namespace's name. If the list is empty, there is one watch on the whole
	// cluster, whose scope is "".
	Namespaces []string
	// Limits bound the snapshots, until [Store.SetPolicy] is called.
	Limits Limits
	// Elected is true if replicas are elected, even if there is one: this one counts and
	// exposes from [Store.Lead] on. If false, it always does.
	Elected bool
	// ScrapeInterval is how long a new counter stays at 0 after a scrape has first
	// read it: as long as the slowest Prometheus may need to read it too.
	ScrapeInterval time.Duration
	// Detected is called for a pod that appears after the first full pass, while this
	// replica exposes results, with the time since the pod was created. It may be
	// nil, and must not call the store.
	Detected func(age time.Duration)
	// Now is the clock.
	Now func() time.Time
}

// Limits bound the lists of a snapshot, which become series.
type Limits struct {
	// WorkloadSeries bounds the [WorkloadFailures].
	WorkloadSeries int
	// ExemptionSeries bounds the [ExemptionPods].
	ExemptionSeries int
}

// Pod is one pod, as it is put into the store.
type Pod struct {
	// Namespace and Name identify the pod among those that exist now.
	Namespace, Name string
	// UID tells a pod from an earlier one of the same name.
	UID string
	// Version is the resource version of the pod. It came to its present state then
	// or earlier.
	Version uint64
	// Created is when the API server created the pod.
	Created time.Time
	// Workload is what the pod belongs to.
	Workload workload.Workload
	// Facts are the results of the checks. The store keeps the pointer: equal pods
	// may share it, and nobody may write to it.
	Facts *securitycontext.Facts

	after uint64 // a resource version at which it was not yet in its present state; 0 if none is known
	list  uint16 // see pod
}

// Store keeps the facts of each pod, the verdict of each group of equal pods, the
// namespaces that exist, and the counters. All methods may be called from any goroutine at any time. But the
// calls for one scope (Put, Delete, Reached, Replace) have to be in the order of the
// watch.
type Store struct {
	options Options
	judging sync.Mutex // is held by the one turn that there is; never locked while mu is held

	mu                sync.Mutex
	policy            policy.Policy
	limits            Limits
	checks            []policy.CheckInfo // of the policy
	exemptions        []Exemption        // of the policy
	selects           bool               // whether the policy asks for labels of namespaces
	turn              *turn              // that is being taken; nil if there is none
	turns             int                // that were taken
	moment            time.Time          // up to which ends of exemptions were taken in
	nextEnd           time.Time          // zero if there is none
	ledger            ledger
	fold              fold
	namespaces        map[string]*namespace
	cluster           counters // observed only, for all namespaces together
	departed          departed
	lists             uint16 // how many lists of pods there were; it overflows
	forgotten         int    // namespaces that were removed since the map was made
	namespacesSynced  bool
	namespacesReached uint64        // the version up to which all events of namespaces are known
	firstPass         chan struct{} // closed once it is over
}

// pod is what is kept of a Pod. There are as many as pods in the cluster, so it is small,
// and it points only to what pods share.
type pod struct {
	group   *group
	uid     uint64 // a hash of the UID
	created uint32 // in seconds since 1970, or 0 if it is not known; the API has no fractions
	list    uint16 // the number of lists when the pod was last put
}

var uidSeed = maphash.MakeSeed()

// New returns an empty store.
func New(options Options) *Store {
	scopes := options.Namespaces
	if len(scopes) == 0 {
		scopes = []string{""}
	}
	now := options.Now()
	s := &Store{
		options: options, namespaces: map[string]*namespace{}, limits: options.Limits, fold: fold{limit: options.Limits.WorkloadSeries},
		ledger: newLedger(options.Elected, options.ScrapeInterval, scopes, options.PolicyHash), cluster: counters{since: now},
		firstPass: make(chan struct{}), moment: now.Round(0),
	}
	at, next := options.Policy.At(s.moment)
	s.nextEnd = next
	s.setPolicy(at)
	for i := range s.checks {
		s.fold.bySeverity = append(s.fold.bySeverity, uint32(i))
	}
	slices.SortStableFunc(s.fold.bySeverity, func(a, b uint32) int {
		return cmp.Compare(s.checks[b].Severity.Rank(), s.checks[a].Severity.Rank())
	})
	return s
}

// Put is called for an event: a pod was added or modified. A finished pod is deleted
// from the store.
func (s *Store) Put(p Pod) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Namespace = workload.Namespace(p.Namespace)
	p.after, p.list = max(p.Version, 1)-1, s.lists
	s.put(&p)
	s.ledger.reach(s.ledger.scope(p.Namespace), p.Version)
}

// Delete is called when a pod was deleted, with the resource version of the event.
// The pod may be unknown.
func (s *Store) Delete(namespace, name string, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	namespace = workload.Namespace(namespace)
	s.delete(namespace, name)
	s.ledger.reach(s.ledger.scope(namespace), version)
}

// Reached is called for a bookmark: all events of a scope up to a resource version
// were delivered.
func (s *Store) Reached(scope string, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.reach(scope, version)
}

// Replace is called with a list: all pods of a scope at a resource version, in any
// order. Pods of the scope that are known and not in the list are deleted, and new
// ones are counted. But the first list of a scope deletes nothing, and until every
// scope was listed nothing is counted: those pods existed before counting began. If
// another replica has counted before, see [Store.Follow], first lists are treated as
// later ones, and what its note covers is not counted again.
func (s *Store) Replace(scope string, version uint64, pods iter.Seq[Pod]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, before := s.ledger.initial.Exposed[scope]
	before = before || s.ledger.note != nil // then the events since that note were put already
	s.lists++
	list := s.lists // another scope's list may come meanwhile
	for p := range pods {
		p.Namespace = workload.Namespace(p.Namespace)
		p.after, p.list = s.ledger.position[scope], list
		s.put(&p)
	}
	for name, ns := range s.namespaces {
		if before && s.ledger.scope(name) == scope {
			s.sweep(name, ns, list)
		}
	}
	s.ledger.list(scope, version, s.options.Now())
	s.endFirstPass()
}

// sweep deletes the pods of a namespace that are not in a list.
func (s *Store) sweep(name string, ns *namespace, list uint16) {
	for pod := range ns.pods {
		if ns.pods[pod].list != list {
			s.delete(name, pod)
		}
	}
}

// put keeps a pod in place of the one of the same name, if there is one. It may give the lock
// away before it changes anything.
func (s *Store) put(p *Pod) {
	if p.Facts.Finished {
		s.delete(p.Namespace, p.Name)
		return
	}
	ns, g := s.groupOf(p.Namespace, groupKey{unique.Make(p.Workload), p.Facts})
	next := pod{group: g, uid: maphash.String(uidSeed, p.UID), created: seconds(p.Created), list: p.list}
	before, known := ns.pods[p.Name]
	same := known && before.uid == next.uid
	if same && before == next {
		return
	}
	before.list = next.list
	if known && before == next { // the same pod, only listed again
		ns.pods[p.Name] = next
		return
	}
	if known && !same {
		s.departed.add(before.uid)
	}
	name := p.Name
	if !known {
		name = strings.Clone(name) // it may be a part of a larger string
	}
	ns.pods[name] = next
	ns.folded = nil
	next.group.join(next)
	if known {
		ns.leave(before)
	}
	s.observe(ns, p, &next, same, before.status())
}

// observe makes an observation if a pod appeared or its verdict changed. same tells
// that the pod was known, and before is its verdict then.
func (s *Store) observe(ns *namespace, p *Pod, next *pod, same bool, before policy.Status) {
	first := !s.ledger.allListed()
	appears := !same && !s.departed.has(next.uid)
	now := next.group.now.Value()
	switch {
	case first && s.ledger.note == nil, !appears && (!same || before == now.status):
		return
	case appears && !first && s.options.Detected != nil && s.ledger.reporting(s.options.Now()):
		s.options.Detected(max(0, s.options.Now().Sub(p.Created))) // the API server's clock may be ahead
	}
	o := observation{
		namespace: ns.name, after: p.after, version: p.Version, created: int64(next.created),
		failed: now.failed, status: now.status, appeared: appears,
	}
	if appears && s.selects && !ns.exists {
		o.awaits = &await{next.group, s.options.Now().Add(awaitedAtMost)}
	}
	s.ledger.add(o)
}

// status returns the verdict; the first one for no pod.
func (p *pod) status() policy.Status {
	if p.group == nil {
		return 0
	}
	return p.group.now.Value().status
}

// delete deletes a pod if it is known.
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
	ns.delete(name, gone)
	s.forget(namespace, ns)
}
