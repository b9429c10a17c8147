package posture

import (
	"maps"
	"strings"
	"time"

	"github.com/podscore/podscore/workload"
)

// namespace is what the store keeps of one namespace. It lives while the
// namespace exists or has pods, so that the order in which the two watches
// deliver never loses a count.
type namespace struct {
	name string
	// incarnation tells it from those of the same name that were there before:
	// what was observed in one is not counted in another.
	incarnation uint64
	exists      bool
	gone        bool           // it was told that it is
	pods        map[string]pod // by name
	deleted     int            // pods that were deleted since the map was made
	counters    counters
	shownIn     uint64    // the last term in which a page with its counters was read,
	shown       time.Time // and when the first of that term was
	// folded is the namespace as last folded; nil once something changed.
	folded *Namespace
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
	s.putNamespace(name)
}

func (s *Store) putNamespace(name string) {
	ns := s.namespace(workload.Namespace(name))
	ns.exists, ns.gone = true, false
}

// DeleteNamespace takes in that a namespace does not exist any more. Its counters
// go with it. Pods of it that are still known count nowhere, and are forgotten as
// they go.
func (s *Store) DeleteNamespace(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deleteNamespace(workload.Namespace(name))
}

func (s *Store) deleteNamespace(name string) {
	if ns, known := s.namespaces[name]; known {
		ns.exists, ns.gone = false, true
		ns.counters, ns.shownIn, ns.folded = counters{since: s.options.Now()}, 0, nil
		ns.incarnation = s.incarnate()
		s.forget(name, ns)
	}
}

// ReplaceNamespaces takes in all namespaces that exist.
func (s *Store) ReplaceNamespaces(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	there := make(map[string]bool, len(names))
	for _, name := range names {
		there[workload.Namespace(name)] = true
		s.putNamespace(name)
	}
	for name, ns := range s.namespaces {
		if s.namespacesSynced && ns.exists && !there[name] {
			s.deleteNamespace(name)
		}
	}
	s.namespacesSynced = true
}

// Synced reports whether all that was there at the start is known. Before that,
// nothing that a snapshot could say of a namespace is known to be whole.
func (s *Store) Synced() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.synced()
}

func (s *Store) synced() bool { return s.ledger.listed() && s.namespacesSynced }

// namespace returns the namespace's entry, new where it is not known.
func (s *Store) namespace(name string) *namespace {
	ns, known := s.namespaces[name]
	if !known {
		ns = &namespace{name: strings.Clone(name), incarnation: s.incarnate(), pods: map[string]pod{}}
		ns.counters.since = s.options.Now()
		s.namespaces[ns.name] = ns
	}
	return ns
}

func (s *Store) incarnate() uint64 {
	s.incarnations++
	return s.incarnations
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
