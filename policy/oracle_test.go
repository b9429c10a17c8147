package policy

import (
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// plainJudge judges as Judge has to, by asking every exemption about everything.
func plainJudge(p Policy, ns Namespace, w workload.Workload, facts *securitycontext.Facts) Judgement {
	j := Judgement{Failed: facts.Failed}
	var covering []*Exemption
	for i := range p.exemptions {
		e := &p.exemptions[i]
		if p.ended[i] || !e.holdsIn(ns) || !e.covers(w) {
			continue
		}
		checks := e.excuses(facts)
		if checks == 0 && !e.takesOut() {
			continue
		}
		covering = append(covering, e)
		j.Excuses = append(j.Excuses, Excuse{i, checks})
		j.Out = j.Out || e.takesOut()
	}
	j.Failed = 0
	for check := range facts.Failed.All() {
		if !allExcused(check, facts, covering) {
			j.Failed = j.Failed.With(check)
		}
	}
	j.Exempt = facts.Failed &^ j.Failed
	j.Points = pointsOf(facts, j.Exempt)
	switch {
	case j.Out:
		j.Status, j.Failed, j.Points = Exempt, 0, PointsOf(facts)
	case facts.Failed&p.required == 0:
		j.Status = Compliant
	case j.Failed&p.required == 0:
		j.Status = Exempt
	default:
		j.Status = Noncompliant
	}
	return j
}

// allExcused reports whether every failure of a check, of the pod itself and of each
// container, is excused by one of the exemptions.
func allExcused(check int, facts *securitycontext.Facts, covering []*Exemption) bool {
	excused := func(failed securitycontext.CheckSet, by func(*Exemption) securitycontext.CheckSet) bool {
		for _, e := range covering {
			if by(e).Has(check) {
				return true
			}
		}
		return !failed.Has(check)
	}
	for i := range facts.Containers {
		c := &facts.Containers[i]
		if !excused(c.Failed, func(e *Exemption) securitycontext.CheckSet { return e.excusesOf(c) }) {
			return false
		}
	}
	return excused(facts.OfPod, func(e *Exemption) securitycontext.CheckSet { return e.excusesOfPod(facts) })
}

// excuses returns the checks of which the exemption excuses a failure.
func (e *Exemption) excuses(facts *securitycontext.Facts) securitycontext.CheckSet {
	checks := e.excusesOfPod(facts)
	for i := range facts.Containers {
		checks |= e.excusesOf(&facts.Containers[i])
	}
	return checks
}

// excusesOfPod returns which failures of the pod itself the exemption excuses.
func (e *Exemption) excusesOfPod(facts *securitycontext.Facts) securitycontext.CheckSet {
	if len(e.Containers) > 0 {
		return 0
	}
	return facts.OfPod & e.Checks
}

// excusesOf returns which failures of a container the exemption excuses.
func (e *Exemption) excusesOf(c *securitycontext.ContainerFacts) securitycontext.CheckSet {
	if !e.matches(c) {
		return 0
	}
	return c.Failed & e.Checks
}
