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
	j := by.Judge(key.workload.Value(), key.facts)
	return judgementOf(j, pack(j.Excuses))
}

// judging is what a turn remembers of the groups that it has judged.
type judging struct {
	by   policy.Local
	last [8]struct { // lists of excuses
		list   []policy.Excuse
		packed excuses
	}
	next int // of last
}

// judge judges groups of one namespace. Where the policy returns the same list of excuses for
// several, it is packed once.
func (j *judging) judge(by policy.Local, groups []*group) []judgement {
	j.by = by.Remembering(j.by)
	judged := make([]judgement, len(groups))
	for i, g := range groups {
		one := j.by.Judge(g.workload.Value(), g.facts)
		judged[i] = judgementOf(one, j.pack(one.Excuses))
	}
	return judged
}

func (j *judging) pack(list []policy.Excuse) excuses {
	for i := range j.last {
		if same(j.last[i].list, list) {
			return j.last[i].packed
		}
	}
	last := &j.last[j.next]
	last.list, last.packed = list, pack(list)
	j.next = (j.next + 1) % len(j.last)
	return last.packed
}

// same reports whether two lists are one in memory.
func same(a, b []policy.Excuse) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// judgeNext judges the groups of a namespace by a turn. The lock must be held, and is given
// away meanwhile. A group that comes in that time is judged by groupOf.
func (s *Store) judgeNext(ns *namespace, t *turn) {
	as, groups := t.of(ns), slices.Collect(maps.Values(ns.groups))
	s.mu.Unlock()
	if !t.changes(as) {
		s.mu.Lock()
		return
	}
	by := t.policy.In(as)
	judged := t.judging.judge(by, groups)
	s.mu.Lock()
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
