package posture

import (
	"maps"
	"strings"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/workload"
)

// namespace is what the store keeps of one namespace. It is kept while the namespace
// exists or has pods, because the watches on pods and on namespaces deliver in any
// order.
type namespace struct {
	name       string
	exists     bool
	labels     map[string]string // nil if they are not known
	pods       map[string]pod    // by name
	deleted    int               // pods that were deleted since the map was made
	groups     map[groupKey]*group
	ungrouped  int           // groups that were deleted since the map was made
	turning    []*group      // those that the present turn changes
	local      *policy.Local // what its pods are judged by; nil before a group comes
	next       *policy.Local // the same after the present turn
	counters   counters
	readInTerm uint64     // the last term in which a scrape response with its counters was read
	firstRead  time.Time  // when the first such response of that term was read
	folded     *Namespace // the result of the last fold; nil if something has changed since
}

// described returns the namespace as a policy wants it.
func (ns *namespace) described() policy.Namespace {
	return policy.Namespace{Name: ns.name, Labels: ns.labels, LabelsKnown: ns.labels != nil}
}

// delete deletes a pod.
func (ns *namespace) delete(name string, p pod) {
	ns.pods = remove(ns.pods, name, &ns.deleted)
	ns.leave(p)
	ns.folded = nil
}

// remove deletes an entry of a map and returns the map that holds the rest; deleted
// counts the entries that were deleted since the map was made. A Go map never
// shrinks, and to go through it takes time in proportion to its largest size. So the
// rest is copied to a new map when more than an eighth of what is left was deleted.
func remove[K comparable, V any](entries map[K]V, key K, deleted *int) map[K]V {
	delete(entries, key)
	if *deleted++; *deleted <= len(entries)/8 {
		return entries
	}
	left := make(map[K]V, len(entries))
	maps.Copy(left, entries)
	*deleted = 0
	return left
}

// PutNamespace is called when a namespace was added or modified, with its labels, nil if
// they are not known, and the resource version of the event. To call it again changes
// nothing. When its labels change, its pods are judged anew; what that changes is counted
// as a change of verdicts, except where it was not known before.
//
// What happened to pods before a namespace was added happened in another of the same
// name, which was deleted before its watch could tell of it. Its counters are gone.
func (s *Store) PutNamespace(name string, labels map[string]string, version uint64) {
	s.judging.Lock()
	defer s.judging.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	name = workload.Namespace(name)
	if ns, known := s.namespaces[name]; !known || !ns.exists {
		s.ledger.endNamespace(name, version)
	}
	s.putNamespaces(map[string]map[string]string{name: labels}, max(version, 1)-1, version)
	s.reachNamespaces(version)
}

// putNamespaces makes namespaces exist, with labels that they have got after one version
// and not later than another.
func (s *Store) putNamespaces(labels map[string]map[string]string, after, version uint64) {
	for t := s.relabelling(labels); len(t.labels) > 0; t = s.relabelling(labels) { // one may go and come back while pods are judged
		s.take(t, change{kind: ofLabels, after: after, position: version})
	}
	appears := false
	for name := range labels {
		ns := s.namespace(name)
		appears = appears || !ns.exists
		ns.exists = true
	}
	if appears {
		s.settle()
	}
}

// relabelling returns the turn for those namespaces that do not have these labels yet. If
// nothing asks for labels, they have them at once.
func (s *Store) relabelling(labels map[string]map[string]string) *turn {
	t := &turn{policy: s.policy, labels: map[*namespace]map[string]string{}}
	for name, to := range labels {
		switch ns := s.namespace(name); {
		case !s.selects:
			ns.labels = to
		case !maps.Equal(ns.labels, to) || (ns.labels == nil) != (to == nil):
			t.labels[ns] = to
		}
	}
	return t
}

// await is what the observation of a pod waits for: the namespace, whose labels may exempt
// the pod.
type await struct {
	group *group
	until time.Time
}

const awaitedAtMost = 10 * time.Second

// awaited reports whether an observation has to wait for its namespace.
func (o *observation) awaited(now time.Time) bool {
	return o.awaits != nil && now.Before(o.awaits.until)
}

// settle judges the pods whose observations have waited for a namespace that is known now.
func (s *Store) settle() {
	judged := map[*group]bool{}
	for i := range s.ledger.pending {
		o := &s.ledger.pending[i]
		if o.awaits == nil {
			continue
		}
		ns, known := s.namespaces[o.namespace]
		if !known || !ns.exists {
			continue
		}
		if o.cluster == waiting && o.own == waiting {
			if g := o.awaits.group; ns.groups[g.groupKey] != g && !judged[g] { // its pods have gone, and no turn has found it
				by := judges{s.policy, ns.described(), ns.local}
				g.now, judged[g] = by.judge(g.groupKey), true
			}
			v := o.awaits.group.now.Value()
			o.status, o.failed = v.status, v.failed
		}
		o.awaits = nil
	}
}

// DeleteNamespace is called when a namespace was deleted, with the resource version of
// the event. Its counters are deleted. Its pods that are still known are in no
// snapshot, and are kept until they are deleted too.
//
// The watch on pods may be ahead of the one on namespaces: what happened to pods after
// that version happened in another namespace of the same name, and is counted there.
func (s *Store) DeleteNamespace(name string, version uint64) {
	s.judging.Lock()
	defer s.judging.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	name = workload.Namespace(name)
	if ns, known := s.namespaces[name]; known {
		s.deleteNamespace(name, ns, version)
	}
	s.ledger.endNamespace(name, version)
	s.reachNamespaces(version)
}

func (s *Store) deleteNamespace(name string, ns *namespace, version uint64) {
	ns.exists = false
	ns.counters, ns.readInTerm, ns.folded = counters{since: s.options.Now()}, 0, nil
	if !s.selects {
		ns.labels = nil
	} else if ns.labels != nil { // they were those of the deleted one
		s.take(&turn{policy: s.policy, labels: map[*namespace]map[string]string{ns: nil}}, change{kind: ofLabels, after: max(version, 1) - 1, position: version})
	}
	if s.namespaces[name] == ns {
		s.forget(name, ns)
	}
}

// ReplaceNamespaces is called with a list: all namespaces that exist at a resource
// version, by name, with their labels, nil if they are not known. Others that are known are
// deleted, as by [Store.DeleteNamespace] at that version, except by the first call.
func (s *Store) ReplaceNamespaces(list map[string]map[string]string, version uint64) {
	s.judging.Lock()
	defer s.judging.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	there := make(map[string]map[string]string, len(list))
	for name, labels := range list {
		there[workload.Namespace(name)] = labels
	}
	s.putNamespaces(there, s.namespacesReached, version)
	s.reachNamespaces(version)
	for name, ns := range maps.Clone(s.namespaces) {
		if _, is := there[name]; s.namespacesSynced && ns.exists && !is {
			s.deleteNamespace(name, ns, version)
			s.ledger.endNamespace(name, version+1) // what has the list's version happened before it
		}
	}
	s.namespacesSynced = true
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
	return o.version <= s.namespacesReached && (!known || !ns.exists)
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
		ns = &namespace{name: strings.Clone(name), pods: map[string]pod{}, groups: map[groupKey]*group{}}
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
