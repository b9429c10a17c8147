package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Policy says what counts of the facts at one moment: the checks that a compliant pod
// must not fail, and the exemptions in force. It is never changed.
type Policy struct {
	required   securitycontext.CheckSet
	exemptions []Exemption // in the order of their names
	ended      []bool      // by exemption
}

// Requiring returns the policy with other required checks.
func (p Policy) Requiring(required securitycontext.CheckSet) Policy {
	p.required = required
	return p
}

// Exempting returns the policy with these exemptions in place of its own. None of them
// has ended until [Policy.At] is called.
func (p Policy) Exempting(exemptions []Exemption) Policy {
	p.exemptions = slices.SortedFunc(slices.Values(exemptions), func(a, b Exemption) int { return strings.Compare(a.Name, b.Name) })
	p.ended = make([]bool, len(exemptions))
	return p
}

// At returns the policy at a moment, in which what ends then or earlier has ended, and
// the time of the next end after it; zero if there is none. An exemption that has
// ended stays so, also at an earlier moment.
func (p Policy) At(moment time.Time) (at Policy, next time.Time) {
	at = p
	at.ended = slices.Clone(p.ended)
	for i := range at.exemptions {
		switch ends := at.exemptions[i].Ends; {
		case ends.IsZero() || at.ended[i]:
		case !moment.Before(ends):
			at.ended[i] = true
		case next.IsZero() || ends.Before(next):
			next = ends
		}
	}
	return at, next
}

// Exemptions returns all exemptions, those that have ended included, in the order of
// their names. An exemption's place is its index everywhere.
func (p Policy) Exemptions() []Exemption { return p.exemptions }

// Compliant reports whether no required check fails, whatever is exempt.
func (p Policy) Compliant(facts *securitycontext.Facts) bool { return facts.Failed&p.required == 0 }

// Required returns the checks that a compliant pod must not fail: the required core
// checks and all guards.
func (p Policy) Required() securitycontext.CheckSet { return p.required }

// Judgement is what a policy makes of the facts of a pod.
type Judgement struct {
	// Points are those of the checks that are not exempt.
	Points Points
	// Status is the verdict.
	Status Status
	// Out is true if an exemption takes the pod out of everything: then it is in no
	// mean, and its failures in no count.
	Out bool
	// Failed has the failures that count: 0 if the pod is out.
	Failed securitycontext.CheckSet
	// Exempt has the checks of which all failures are excused.
	Exempt securitycontext.CheckSet
	// Excuses lists the exemptions that excuse something, in the order of their names.
	Excuses []Excuse
}

// Excuse is what one exemption excuses of a pod.
type Excuse struct {
	// Exemption is its index.
	Exemption int
	// Checks are those of which it excuses a failure; 0 if it takes out a pod that
	// fails nothing.
	Checks securitycontext.CheckSet
}

// Judge judges a pod of a workload in a namespace.
func (p Policy) Judge(ns Namespace, w workload.Workload, facts *securitycontext.Facts) Judgement {
	return p.In(ns).Judge(w, facts)
}

// In returns the policy of a namespace, by which its pods are judged.
func (p Policy) In(ns Namespace) Local {
	local := Local{required: p.required}
	for i := range p.exemptions {
		if !p.ended[i] && p.exemptions[i].holdsIn(ns) {
			local.exemptions = append(local.exemptions, indexed{i, &p.exemptions[i]})
		}
	}
	return local
}

// Local is the policy of one namespace.
type Local struct {
	required   securitycontext.CheckSet
	exemptions []indexed
}

// indexed is an exemption with its index in the policy.
type indexed struct {
	index int
	*Exemption
}

// Judge judges a pod of a workload.
func (l Local) Judge(w workload.Workload, facts *securitycontext.Facts) Judgement {
	j := Judgement{Failed: facts.Failed}
	var covering []*Exemption
	var excused securitycontext.CheckSet
	for _, e := range l.exemptions {
		if !e.covers(w) {
			continue
		}
		checks := e.excuses(facts)
		if checks == 0 && !e.takesOut() {
			continue
		}
		covering, excused = append(covering, e.Exemption), excused|checks
		j.Excuses = append(j.Excuses, Excuse{e.index, checks})
		j.Out = j.Out || e.takesOut()
	}
	j.Failed = facts.Failed &^ excused | notExcused(facts, covering)
	j.Exempt = facts.Failed &^ j.Failed
	j.Points = pointsOf(facts, j.Exempt)
	switch {
	case j.Out:
		j.Status, j.Failed, j.Points = Exempt, 0, PointsOf(facts)
	case facts.Failed&l.required == 0:
		j.Status = Compliant
	case j.Failed&l.required == 0:
		j.Status = Exempt
	default:
		j.Status = Noncompliant
	}
	return j
}

// notExcused returns the checks with a failure, of the pod itself or of a container,
// that none of the exemptions excuses.
func notExcused(facts *securitycontext.Facts, covering []*Exemption) (checks securitycontext.CheckSet) {
	if len(covering) == 0 {
		return facts.Failed
	}
	ofPod := facts.OfPod
	for _, e := range covering {
		ofPod &^= e.excusesOfPod(facts)
	}
	for i := range facts.Containers {
		c := &facts.Containers[i]
		failed := c.Failed
		for _, e := range covering {
			failed &^= e.excusesOf(c)
		}
		checks |= failed
	}
	return checks | ofPod
}
