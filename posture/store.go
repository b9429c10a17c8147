package posture

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
	"unique"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Options say how a Store judges and how much it tells.
type Options struct {
	// Policy turns results into scores and verdicts.
	Policy securitycontext.Policy
	// ExemptNamespaces lists the namespaces whose pods get no verdict.
	ExemptNamespaces []string
	// WorkloadSeriesLimit is how many [WorkloadFailures] a snapshot holds at
	// the most.
	WorkloadSeriesLimit int
	// Elected is true if there are several replicas, of which Lead and Follow
	// say who counts and exposes. Without, this one does.
	Elected bool
	// Detected is told how old a pod was when it was counted as newly observed;
	// it may be nil, and must not call the store.
	Detected func(age time.Duration)
	// Now is the clock.
	Now func() time.Time
}

// Pod is one pod as the store keeps it.
type Pod struct {
	// Namespace and Name identify the pod among those that are there now.
	Namespace, Name string
	// UID tells a pod from an earlier one of the same name.
	UID string
	// Version is the resource version of what is put.
	Version uint64
	// Appeared is true where that is the version at which the pod appeared.
	Appeared bool
	// Created is when the API server created the pod.
	Created time.Time
	// Workload is what the pod belongs to.
	Workload workload.Workload
	// Result is what the checks say.
	Result securitycontext.Result
}

// Store keeps one result per pod and the namespaces that exist. All methods
// may be called at any time from any goroutine.
type Store struct {
	options Options
	exempt  map[string]bool
	checks  []CheckInfo

	mu               sync.Mutex
	ledger           ledger
	fold             fold
	namespaces       map[string]*namespace
	forgotten        int // namespaces that were forgotten since the map was made
	podsSynced       bool
	namespacesSynced bool
}

// namespace is what the store keeps of one namespace. It lives while the
// namespace exists or has pods, so that the order in which the two watches
// deliver never loses a count.
type namespace struct {
	name     string
	exists   bool
	gone     bool           // it was told that it is
	pods     map[string]pod // by name
	deleted  int            // pods that were deleted since the map was made
	counters counters
	// folded is the namespace as last folded; nil once something changed.
	folded *Namespace
}

// pod is what is kept of a Pod, with the score and the verdict that follow
// from it. There are as many as there are pods in the cluster, so it is small,
// and holds on to nothing of what it was made from.
type pod struct {
	workload unique.Handle[workload.Workload]
	uid      uint64 // a hash, enough to tell a pod from an earlier one of the same name
	counted  uint64 // the uid of the last pod of this name that appeared
	created  int64  // in seconds since 1970, which is all that the API has
	ratio    float64
	failed   securitycontext.CheckSet
	status   Status
	scored   bool // whether there is a ratio
}

var uidSeed = maphash.MakeSeed()

// New returns an empty store.
func New(options Options) *Store {
	s := &Store{options: options, exempt: map[string]bool{}, namespaces: map[string]*namespace{}, fold: fold{limit: options.WorkloadSeriesLimit}, ledger: ledger{elected: options.Elected}}
	for _, name := range options.ExemptNamespaces {
		s.exempt[name] = true
	}
	for i, check := range securitycontext.Checks() {
		s.checks = append(s.checks, CheckInfo{check.ID, check.Severity, options.Policy.Required().Has(i)})
		s.fold.bySeverity = append(s.fold.bySeverity, uint32(i))
	}
	slices.SortStableFunc(s.fold.bySeverity, func(a, b uint32) int {
		return cmp.Compare(s.checks[b].Severity.Rank(), s.checks[a].Severity.Rank())
	})
	return s
}

// Put takes in a pod that the watch tells of for the first time, in place of what
// was known of one of its name. A finished pod is not scored, and forgotten. A pod
// that appears, unfinished, after the first full pass is newly observed: it is
// counted, once by its UID.
func (s *Store) Put(p Pod) { s.take(&p, true) }

// Update takes in a pod as it is now. It may be ahead of the events for which Put
// is called, and so it does not count the pod.
func (s *Store) Update(p Pod) { s.take(&p, false) }

func (s *Store) take(p *Pod, firstSight bool) {
	p.Namespace = label(p.Namespace)
	if p.Result.Finished {
		s.Delete(p.Namespace, p.Name)
		return
	}
	next := s.judge(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	ns := s.namespace(p.Namespace)
	before, known := ns.pods[p.Name]
	next.counted = before.counted
	appears := firstSight && before.counted != next.uid
	if appears {
		next.counted = next.uid
	}
	if known && before == next {
		return
	}
	name := p.Name
	if !known {
		name = strings.Clone(name) // not a part of something larger
	}
	ns.pods[name] = next
	ns.folded = nil

	seen := observation{ns.name, p.Version, next.created, next.failed, next.status, appears}
	switch {
	case !s.podsSynced && s.ledger.wasThere(&seen, p.Appeared):
	case appears, before.uid == next.uid && before.status != next.status:
		s.observe(seen)
	}
}

// judge gives a pod its score and its verdict.
func (s *Store) judge(p *Pod) pod {
	judged := pod{
		workload: unique.Make(p.Workload),
		uid:      maphash.String(uidSeed, p.UID),
		created:  p.Created.Unix(),
		failed:   p.Result.Failed,
		status:   Noncompliant,
	}
	judged.ratio, judged.scored = s.options.Policy.Points(&p.Result).Ratio()
	switch {
	case s.exempt[p.Namespace]:
		judged.status = Exempt
	case s.options.Policy.Compliant(&p.Result):
		judged.status = Compliant
	}
	return judged
}

// Delete forgets a pod. It is no error that it was not known.
func (s *Store) Delete(namespace, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	namespace = label(namespace)
	ns, known := s.namespaces[namespace]
	if !known {
		return
	}
	if _, known := ns.pods[name]; !known {
		return
	}
	ns.delete(name)
	s.forget(namespace, ns)
}

// delete forgets a pod.
func (ns *namespace) delete(name string) {
	ns.pods = remove(ns.pods, name, &ns.deleted)
	ns.folded = nil
}

// remove deletes an entry of a map, of which deleted have been deleted since it
// was made. A map grows with every entry that it ever had at once, and to go
// through it takes as long ever after; so it is made anew after as many as an
// eighth of what is left, which costs each of them a few copies.
func remove[V any](entries map[string]V, name string, deleted *int) map[string]V {
	delete(entries, name)
	if *deleted++; *deleted <= len(entries)/8 {
		return entries
	}
	left := make(map[string]V, len(entries))
	maps.Copy(left, entries)
	*deleted = 0
	return left
}

// PutNamespace takes in that a namespace exists.
func (s *Store) PutNamespace(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ns := s.namespace(label(name))
	ns.exists, ns.gone = true, false
}

// DeleteNamespace takes in that a namespace does not exist any more. Pods of
// it that are still known count nowhere, and are forgotten as they go.
func (s *Store) DeleteNamespace(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = label(name)
	if ns, known := s.namespaces[name]; known {
		ns.exists, ns.gone = false, true
		s.forget(name, ns)
	}
}

// PodsSynced takes in that the first full pass over the pods is done. Counting
// begins: pods that appear from here on are newly observed.
func (s *Store) PodsSynced() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.podsSynced = true
	if !s.ledger.leaseKnown {
		s.ledger.exposed = s.ledger.position // nobody need see a count of what was there
	}
	now := s.options.Now()
	for _, ns := range s.namespaces {
		ns.counters.since = now
		ns.folded = nil
	}
}

// NamespacesSynced takes in that the first full pass over the namespaces is done.
func (s *Store) NamespacesSynced() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.namespacesSynced = true
}

// Synced tells whether both first passes are done. Before that, nothing that a
// snapshot could say of a namespace is known to be whole.
func (s *Store) Synced() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.synced()
}

func (s *Store) synced() bool { return s.podsSynced && s.namespacesSynced }

// namespace returns the namespace's entry, new where it is not known.
func (s *Store) namespace(name string) *namespace {
	ns, known := s.namespaces[name]
	if !known {
		ns = &namespace{name: strings.Clone(name), pods: map[string]pod{}}
		ns.counters.since = s.options.Now()
		s.namespaces[ns.name] = ns
	}
	return ns
}

// forget drops a namespace of which nothing is left. One that was never told of
// is kept for a while: pods can come and go before it is, and they count.
func (s *Store) forget(name string, ns *namespace) {
	if !ns.exists && len(ns.pods) == 0 && (ns.gone || s.options.Now().Sub(ns.counters.since) > awaited) {
		s.namespaces = remove(s.namespaces, name, &s.forgotten)
	}
}

// awaited is how long a namespace may be unknown of which pods are known.
const awaited = 10 * time.Minute

// longestLabel is the length of the longest name that the API gives to anything.
const longestLabel = 253

// label returns a namespace's name as it can be exposed. The API server admits
// none that would have to be changed; something that is no UTF-8 would break the
// whole exposition.
func label(name string) string {
	if len(name) <= longestLabel && utf8.ValidString(name) {
		return name
	}
	name = strings.ToValidUTF8(name, "\uFFFD")
	if len(name) > longestLabel {
		name = strings.ToValidUTF8(name[:longestLabel], "") // a character may be cut in two
	}
	return name
}
