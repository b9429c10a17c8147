package posture

import (
	"maps"
	"strings"
	"time"

	"github.com/podscore/podscore/workload"
)

// namespace is what the store keeps of one namespace. It is kept while the namespace
// exists or has pods, because the watches on pods and on namespaces deliver in any
// order, and no count may be lost.
type namespace struct {
	name string
	// incarnation tells namespaces of the same name apart, one after the other: an
	// observation is counted only in the one that it was made in.
	incarnation uint64
	exists      bool
	gone        bool           // it was deleted: by an event, or a list no longer has it
	pods        map[string]pod // by name
	deleted     int            // pods that were deleted since the map was made
	counters    counters
	readInTerm  uint64     // the last term in which a scrape response with its counters was read
	firstRead   time.Time  // when the first such response of that term was read
	folded      *Namespace // the result of the last fold; nil if something has changed since
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
	if ns, known := s.namespaces[name]; known && !ns.exists {
		for i := range s.ledger.pending {
			if o := &s.ledger.pending[i]; o.namespace == name && o.version < version {
				o.own = done
			}
		}
	}
	s.putNamespace(name)
}

func (s *Store) putNamespace(name string) {
	ns := s.namespace(workload.Namespace(name))
	ns.exists, ns.gone = true, false
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
		s.deleteNamespace(name, ns, version)
	}
}

func (s *Store) deleteNamespace(name string, ns *namespace, version uint64) {
	before := ns.incarnation
	ns.exists, ns.gone = false, true
	ns.counters, ns.readInTerm, ns.folded = counters{since: s.options.Now()}, 0, nil
	ns.incarnation = s.nextIncarnation()
	for i := range s.ledger.pending {
		if o := &s.ledger.pending[i]; o.namespace == name && o.incarnation == before && o.version > version {
			o.incarnation = ns.incarnation
		}
	}
	s.forget(name, ns)
}

// ReplaceNamespaces is called with a list: the names of all namespaces that exist at a
// resource version. Others that are known are deleted, as by [Store.DeleteNamespace] at
// that version, except by the first call.
func (s *Store) ReplaceNamespaces(names []string, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	there := make(map[string]bool, len(names))
	for _, name := range names {
		there[workload.Namespace(name)] = true
		s.putNamespace(name)
	}
	for name, ns := range s.namespaces {
		if s.namespacesSynced && ns.exists && !there[name] {
			s.deleteNamespace(name, ns, version)
		}
	}
	s.namespacesSynced = true
	s.endFirstPass()
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
		ns = &namespace{name: strings.Clone(name), incarnation: s.nextIncarnation(), pods: map[string]pod{}}
		ns.counters.since = s.options.Now()
		s.namespaces[ns.name] = ns
	}
	return ns
}

// nextIncarnation returns a number that no namespace has had.
func (s *Store) nextIncarnation() uint64 {
	s.incarnations++
	return s.incarnations
}

// forget removes the entry of a namespace that does not exist and has no pods. If it
// was never known to exist, the entry is kept for a while: pods can appear and be
// deleted before the watch on namespaces delivers theirs, and they count.
func (s *Store) forget(name string, ns *namespace) {
	if !ns.exists && len(ns.pods) == 0 && (ns.gone || s.options.Now().Sub(ns.counters.since) > unknownNamespaceKept) {
		s.namespaces = remove(s.namespaces, name, &s.forgotten)
	}
}

// unknownNamespaceKept is how long the counters are kept of a namespace of which
// pods were seen, but which is not known to exist yet.
const unknownNamespaceKept = 10 * time.Minute
