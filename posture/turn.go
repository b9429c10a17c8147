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
	// If exemptions end: a policy that has only those. Where none of them holds, nothing is
	// judged again. It is nil in every other turn.
	ending *policy.Policy

	judging judging
}

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
		s.take(&turn{policy: at, ending: endingAt(s.policy, end)}, change{kind: ofEnd, position: endPosition(end)})
	}
	s.moment = laterOf(s.moment, now)
}

// endingAt returns the policy with the exemptions alone that end at a time.
func endingAt(p policy.Policy, end time.Time) *policy.Policy {
	var ending []policy.Exemption
	for _, e := range p.Exemptions() {
		if e.Ends.Equal(end) {
			ending = append(ending, e)
		}
	}
	p = p.Exempting(ending)
	return &p
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// take makes a turn: it judges, flips and notes what that changed. judging and mu must be
// held; mu is given away while pods are judged.
func (s *Store) take(t *turn, c change) {
	s.turn = t
	namespaces := slices.Collect(maps.Values(s.namespaces))
	if t.labels != nil {
		namespaces = slices.Collect(maps.Keys(t.labels))
	}
	for _, ns := range namespaces {
		s.judgeNext(ns, t)
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

// changes reports whether the turn can change anything in a namespace.
func (t *turn) changes(ns policy.Namespace) bool {
	return t.ending == nil || t.ending.In(ns).Exempts()
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
		if ns.next != nil {
			ns.local, ns.next = ns.next, nil
		}
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
	s.turns++
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

// setPolicy sets the policy, and what follows from it. Labels and ends change neither its
// checks nor its exemptions.
func (s *Store) setPolicy(to policy.Policy) {
	if before, now := s.policy.Exemptions(), to.Exemptions(); len(now) == 0 || len(before) != len(now) || &before[0] != &now[0] {
		s.exemptions, s.selects = exemptionsOf(to), selects(to)
	}
	s.policy, s.checks = to, to.Checks()
}
