package posture

import (
	"maps"
	"slices"

	"github.com/podscore/podscore/policy"
)

// A configuration can have thousands of exemptions that cover a pod, and a pod many
// containers that they have to be compared with. So pods are judged while others may have
// the lock, and no configuration and no pod can hold it for long.

// judge judges the pods of a group. It needs no lock.
func judge(by policy.Local, key groupKey) judgement {
	return judgementOf(by.Judge(key.workload.Value(), key.facts))
}

// judgeNext judges the groups of a namespace by a turn. The lock must be held, and is given
// away meanwhile. A group that comes in that time is judged by groupOf.
func (s *Store) judgeNext(ns *namespace, t *turn) {
	as, groups := t.of(ns), slices.Collect(maps.Values(ns.groups))
	judged := make([]judgement, len(groups))
	s.mu.Unlock()
	changes := t.changes(as)
	var by policy.Local
	if changes {
		by = t.policy.In(as)
		remembering := by.Remembering()
		for i, g := range groups {
			judged[i] = judge(remembering, g.groupKey)
		}
	}
	s.mu.Lock()
	if !changes {
		return
	}
	ns.next = &by
	for i, g := range groups {
		ns.turnTo(g, judged[i])
	}
}

// turnTo sets the judgement that a group will have after the present turn.
func (ns *namespace) turnTo(g *group, next judgement) {
	if next != g.now && g.next == (judgement{}) {
		g.next = next
		ns.turning = append(ns.turning, g)
	}
}

// groupOf returns the group of pods with this key, and its namespace, of which it makes an
// entry if there is none. If the group is new, it is judged, also by what a turn will bring,
// and the lock is given away meanwhile. So nothing may be half done when it is called.
func (s *Store) groupOf(name string, key groupKey) (*namespace, *group) {
	for {
		ns := s.namespace(name)
		if g, known := ns.groups[key]; known {
			return ns, g
		}
		turns, turn := s.turns, s.turn
		by, next := judges{s.policy, ns.described(), ns.local}, judges{}
		if turn != nil {
			next = judges{turn.policy, turn.of(ns), ns.next}
		}
		s.mu.Unlock()
		now := by.judge(key)
		var then judgement
		if turn != nil {
			then = next.judge(key)
		}
		s.mu.Lock()
		if ns != s.namespace(name) || turns != s.turns || turn != s.turn || ns.groups[key] != nil {
			continue // what it is judged by has changed meanwhile, or another pod of it has come
		}
		g := &group{groupKey: key, oldest: unknown, now: now}
		ns.groups[key], ns.local = g, by.local
		if turn != nil {
			ns.next = next.local
			ns.turnTo(g, then)
		}
		return ns, g
	}
}

// judges are a policy and a namespace.
type judges struct {
	policy    policy.Policy
	namespace policy.Namespace
	local     *policy.Local // the policy in the namespace; nil before it is needed
}

func (j *judges) judge(key groupKey) judgement {
	if j.local == nil {
		local := j.policy.In(j.namespace)
		j.local = &local
	}
	return judge(*j.local, key)
}
