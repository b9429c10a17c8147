package posture

import (
	"maps"
	"slices"
	"time"

	"github.com/podscore/podscore/policy"
)

// turn is a change of what pods are judged by: of the policy, or of the labels of some
// namespaces. While it lasts, every group gets the judgement that it will have, also a
// group that is new meanwhile. Then all change at once, so that no snapshot has half of it.
type turn struct {
	policy policy.Policy
	labels map[*namespace]map[string]string // of the namespaces that are judged anew; nil for all, with the labels that they have
}

// judgedAtOnce is how many groups are judged before others may have the lock.
const judgedAtOnce = 64

// SetPolicy is called with a new configuration: its policy, a hash that tells it from
// others, and the limits. All pods are judged anew, while the lock is free most of the
// time; the next snapshot after it returns has the result. What it changes is counted as
// a change of verdicts. With the hash of the present configuration it does nothing. What
// has ended once stays ended.
func (s *Store) SetPolicy(to policy.Policy, hash string, limits Limits) {
	s.judging.Lock()
	defer s.judging.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	if hash == s.ledger.hash {
		return
	}
	at, next := to.At(s.moment)
	s.take(&turn{policy: at}, change{kind: ofConfiguration, hash: hash})
	s.setLimits(limits) // before anybody has the lock after the flip
	s.nextEnd = next
}

// Advance has to be called once a second: when an exemption has ended, all pods are judged
// anew. What that changes is counted as a change of verdicts. A clock that goes back undoes
// nothing.
func (s *Store) Advance() {
	s.judging.Lock()
	defer s.judging.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
}

// advance takes in the ends one after the other, so that every replica counts the same
// changes for the same end.
func (s *Store) advance() {
	now := s.options.Now().Round(0) // ends are by the time of day
	for !s.nextEnd.IsZero() && !now.Before(s.nextEnd) {
		end := s.nextEnd
		at, next := s.policy.At(end)
		s.nextEnd, s.moment = next, laterOf(s.moment, end)
		s.take(&turn{policy: at}, change{kind: ofEnd, position: endPosition(end)})
	}
	s.moment = laterOf(s.moment, now)
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// take makes a turn: it judges, flips and notes what that changed. judging and mu must be
// held; mu is given away from time to time.
func (s *Store) take(t *turn, c change) {
	s.turn = t
	namespaces := slices.Collect(maps.Values(s.namespaces))
	if t.labels != nil {
		namespaces = slices.Collect(maps.Keys(t.labels))
	}
	judged := 0
	for _, ns := range namespaces {
		local := t.policy.In(t.of(ns))
		for _, g := range ns.groups {
			if ns.judgeNext(g, local); judged%judgedAtOnce == judgedAtOnce-1 {
				s.mu.Unlock()
				s.mu.Lock() // nobody waits for longer than a millisecond: then a Mutex is handed over
			}
			judged++
		}
	}
	s.flip(t, &c)
	s.ledger.take(c, s.synced())
}

// of returns a namespace as it will be after the turn.
func (t *turn) of(ns *namespace) policy.Namespace {
	if labels, change := t.labels[ns]; change {
		return policy.Namespace{Name: ns.name, Labels: labels, LabelsKnown: labels != nil}
	}
	return ns.described()
}

// judgeNext sets the judgement that a group will have. A group that has come during the
// turn has it already.
func (ns *namespace) judgeNext(g *group, by policy.Local) {
	if g.next != (judgement{}) {
		return
	}
	if next := judgementOf(by.Judge(g.workload.Value(), g.facts)); next != g.now {
		g.next = next
		ns.turning = append(ns.turning, g)
	}
}

// flip ends a turn. It adds the verdicts that change to c: those of pods in namespaces
// that are known to exist.
func (s *Store) flip(t *turn, c *change) {
	if s.policy.Required() != t.policy.Required() {
		for _, ns := range s.namespaces {
			ns.folded = nil
		}
	}
	for _, ns := range s.namespaces {
		if len(ns.turning) == 0 {
			continue
		}
		verdicts := verdictsOf{namespace: ns.name}
		for _, g := range ns.turning {
			if to := g.next.Value().status; to != g.now.Value().status {
				verdicts.pods[to] += g.pods
			}
			g.now, g.next = g.next, judgement{}
		}
		ns.turning, ns.folded = nil, nil
		if ns.exists && verdicts.any() {
			c.verdicts = append(c.verdicts, verdicts)
		}
	}
	for ns, labels := range t.labels {
		ns.labels = labels
	}
	s.setPolicy(t.policy)
	s.turn = nil
}

// setLimits sets the limits. What was folded may have less than they allow now.
func (s *Store) setLimits(to Limits) {
	if to.WorkloadSeries != s.limits.WorkloadSeries {
		for _, ns := range s.namespaces {
			ns.folded = nil
		}
	}
	s.limits, s.fold.limit = to, to.WorkloadSeries
}

// setPolicy sets the policy, and what follows from it.
func (s *Store) setPolicy(to policy.Policy) {
	s.policy, s.checks, s.exemptions, s.selects = to, to.Checks(), exemptionsOf(to), selects(to)
	s.local.of = nil
}

// groupOf returns the group of pods with this key in a namespace. If it is new, it is
// judged, also by what a turn will bring.
func (s *Store) groupOf(ns *namespace, key groupKey) *group {
	g, known := ns.groups[key]
	if known {
		return g
	}
	if s.local.of != ns {
		s.local.of, s.local.Local = ns, s.policy.In(ns.described())
	}
	g = &group{groupKey: key, oldest: unknown, now: judgementOf(s.local.Judge(key.workload.Value(), key.facts))}
	if s.turn != nil {
		ns.judgeNext(g, s.turn.policy.In(s.turn.of(ns)))
	}
	ns.groups[key] = g
	return g
}

// local is the policy of the namespace in which a group was last judged: pods of one
// namespace come together.
type local struct {
	policy.Local
	of *namespace
}
