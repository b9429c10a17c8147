package policy

import (
	"slices"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Judgement is what a policy makes of the facts of a pod.
type Judgement struct {
	// Points are those of the checks that are not exempt; of a pod that is out, of all.
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

// Judge judges a pod of a workload in a namespace. Who judges many pods of a namespace
// calls [Policy.In] once.
func (p Policy) Judge(ns Namespace, w workload.Workload, facts *securitycontext.Facts) Judgement {
	return p.In(ns).Judge(w, facts)
}

// Judge judges a pod of a workload.
func (l Local) Judge(w workload.Workload, facts *securitycontext.Facts) (j Judgement) {
	var candidates [64]int32
	var left [16]securitycontext.CheckSet
	x := nothingExcused(facts, left[:0])
	plain := l.plainOf(x.told)
	x.all, j.Out, j.Excuses = plain.checks, plain.out, slices.Clip(plain.excuses)
	for _, i := range l.candidates(candidates[:0], w, facts) {
		e := &l.policy.compiled[i]
		if l.policy.ended[i] || !e.covers(w) {
			continue
		}
		if checks := x.ask(e); checks != 0 || e.takesOut() {
			j.Excuses = append(j.Excuses, Excuse{int(i), checks})
			j.Out = j.Out || e.takesOut()
		}
	}
	if len(j.Excuses) > len(plain.excuses) {
		sortExcuses(j.Excuses)
	}
	j.Failed = facts.Failed
	if len(j.Excuses) > 0 {
		j.Failed = x.notExcused()
	}
	j.Exempt = facts.Failed &^ j.Failed
	j.conclude(facts, l.policy.required)
	return j
}

// conclude sets what follows from what is exempt.
func (j *Judgement) conclude(facts *securitycontext.Facts, required securitycontext.CheckSet) {
	j.Points = pointsOf(facts, j.Exempt)
	switch {
	case j.Out:
		j.Status, j.Failed, j.Points = Exempt, 0, PointsOf(facts)
	case facts.Failed&required == 0:
		j.Status = Compliant
	case j.Failed&required == 0:
		j.Status = Exempt
	default:
		j.Status = Noncompliant
	}
}

// excusing is what exemptions, which are asked one after the other, leave of the failures
// of a pod.
type excusing struct {
	facts *securitycontext.Facts
	told  securitycontext.CheckSet   // what fails in the pod itself, or in one of its containers
	all   securitycontext.CheckSet   // of that, what an exemption without containers excuses
	left  []securitycontext.CheckSet // by container, what fails and no exemption with containers excuses
}

func nothingExcused(facts *securitycontext.Facts, left []securitycontext.CheckSet) excusing {
	told := facts.OfPod
	for i := range facts.Containers {
		told |= facts.Containers[i].Failed
		left = append(left, facts.Containers[i].Failed)
	}
	return excusing{facts: facts, told: told, left: left}
}

// ask returns the checks of which an exemption excuses a failure.
func (x *excusing) ask(e *compiled) (checks securitycontext.CheckSet) {
	switch checks = x.told & e.Checks; {
	case len(e.Containers) == 0:
		x.all |= checks
	case checks != 0:
		checks = x.askForContainers(e)
	}
	return checks
}

func (x *excusing) askForContainers(e *compiled) (checks securitycontext.CheckSet) {
	for i := range x.facts.Containers {
		c := &x.facts.Containers[i]
		if excused := c.Failed & e.Checks; excused != 0 && e.matches(c) {
			x.left[i] &^= excused
			checks |= excused
		}
	}
	return checks
}

// notExcused returns the checks with a failure, of the pod itself or of a container, that
// none of the exemptions excuses.
func (x *excusing) notExcused() securitycontext.CheckSet {
	failed := x.facts.OfPod
	for _, left := range x.left {
		failed |= left
	}
	return failed &^ x.all
}
