package posture

import (
	"maps"
	"strings"
	"time"

	"github.com/podscore/podscore/workload"
)

// namespace is what the store keeps of one namespace. It is kept while the namespace
// exists or has pods, because the watches on pods and on namespaces deliver in any
// order.
type namespace struct {
	name       string
	exists     bool
	pods       map[string]pod // by name
	deleted    int            // pods that were deleted since the map was made
	counters   counters
	readInTerm uint64     // the last term in which a scrape response with its counters was read
	firstRead  time.Time  // when the first such response of that term was read
	folded     *Namespace // the result of the last fold; nil if something has changed since
}

// delete deletes a pod.
func (ns *namespace) delete(name string) {
	ns.pods = remove(ns.pods, name, &ns.deleted)
	ns.folded = nil
}

// remove deletes an entry of a map and returns the map that holds the rest; deleted
// counts the entries that were deleted since the map was made. A Go map never
// shrinks, and to go through it takes time in proportion to its largest size. So the
// rest is copied to a new map when more than an eighth of what is left was deleted.
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

// PutNamespace is called when a namespace was added or modified, with the resource
// version of the event. To call it again changes nothing.
//
// What happened to pods before a namespace was added happened in another of the same
// name, which was deleted before its watch could tell of it. Its counters are gone.
func (s *Store) PutNamespace(name string, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = workload.Namespace(name)
	if ns, known := s.namespaces[name]; !known || !ns.exists {
		s.ledger.endNamespace(name, version)
	}
	s.namespace(name).exists = true
	s.reachNamespaces(version)
}

// DeleteNamespace is called when a namespace was deleted, with the resource version of
// the event. Its counters are deleted. Its pods that are still known are in no
// snapshot, and are kept until they are deleted too.
//
// The watch on pods may be ahead of the one on namespaces: what happened to pods after
// that version happened in another namespace of the same name, and is counted there.
func (s *Store) DeleteNamespace(name string, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = workload.Namespace(name)
	if ns, known := s.namespaces[name]; known {
		s.deleteNamespace(name, ns)
	}
	s.ledger.endNamespace(name, version)
	s.reachNamespaces(version)
}

func (s *Store) deleteNamespace(name string, ns *namespace) {
	ns.exists = false
	ns.counters, ns.readInTerm, ns.folded = counters{since: s.options.Now()}, 0, nil
	s.forget(name, ns)
}

// ReplaceNamespaces is called with a list: the names of all namespaces that exist at a
// resource version. Others that are known are deleted, except by the first call.
func (s *Store) ReplaceNamespaces(names []string, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	there := make(map[string]bool, len(names))
	for _, name := range names {
		name = workload.Namespace(name)
		there[name] = true
		s.namespace(name).exists = true
	}
	for name, ns := range s.namespaces {
		if ns.exists && !there[name] && s.namespacesSynced {
			s.deleteNamespace(name, ns)
			s.ledger.endNamespace(name, version+1) // what has the list's version happened before it
		}
	}
	s.namespacesSynced = true
	s.reachNamespaces(version)
	s.endFirstPass()
}

// ReachedNamespaces is called for a bookmark: all events of namespaces up to a resource
// version were delivered.
func (s *Store) ReachedNamespaces(version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reachNamespaces(version)
}

func (s *Store) reachNamespaces(version uint64) {
	s.namespacesReached = max(s.namespacesReached, version)
}

// ended reports whether the namespace of an observation was deleted since: all events of
// namespaces up to a later version are known, and it does not exist.
func (s *Store) ended(o *observation) bool {
	ns, known := s.namespaces[o.namespace]
	return o.version <= s.namespacesReached && !(known && ns.exists)
}

// FirstPass returns a channel that is closed when the first full pass is over: there
// was a list of namespaces, and one of pods for every scope. Before that, results are
// incomplete.
func (s *Store) FirstPass() <-chan struct{} { return s.firstPass }

func (s *Store) synced() bool { return s.ledger.allListed() && s.namespacesSynced }

// endFirstPass is called after each list, of which one ends the first full pass.
func (s *Store) endFirstPass() {
	select {
	case <-s.firstPass:
	default:
		if s.synced() {
			close(s.firstPass)
		}
	}
}

// namespace returns the entry of a namespace, and makes one if there is none.
func (s *Store) namespace(name string) *namespace {
	ns, known := s.namespaces[name]
	if !known {
		ns = &namespace{name: strings.Clone(name), pods: map[string]pod{}}
		ns.counters.since = s.options.Now()
		s.namespaces[ns.name] = ns
	}
	return ns
}

// forget removes the entry of a namespace that does not exist and has no pods.
func (s *Store) forget(name string, ns *namespace) {
	if !ns.exists && len(ns.pods) == 0 {
		s.namespaces = remove(s.namespaces, name, &s.forgotten)
	}
}
