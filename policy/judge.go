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

// Local is the policy of one namespace.
type Local struct {
	required   securitycontext.CheckSet
	exemptions []Exemption
	ended      []bool
	holding    [3]*byPod // what holds in the namespace; nil if nothing does
}

// In returns the policy of a namespace, by which its pods are judged.
func (p Policy) In(ns Namespace) Local {
	local := Local{required: p.required, exemptions: p.exemptions, ended: p.ended}
	if p.index != nil {
		local.holding = [...]*byPod{&p.index.everywhere, p.index.named[ns.Name], p.asking(ns)}
	}
	return local
}

// Judge judges a pod of a workload.
func (l Local) Judge(w workload.Workload, facts *securitycontext.Facts) Judgement {
	var buffer [16]int32
	covering := l.covering(buffer[:0], w, facts)
	j := Judgement{Failed: l.notExcused(covering, facts)}
	j.Exempt = facts.Failed &^ j.Failed
	j.Points = pointsOf(facts, j.Exempt)
	for _, i := range covering {
		e := &l.exemptions[i]
		j.Excuses = append(j.Excuses, Excuse{int(i), e.excuses(facts)})
		j.Out = j.Out || e.takesOut()
	}
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

// covering appends the exemptions that excuse something of a pod, or take it out, in
// order.
func (l *Local) covering(covering []int32, w workload.Workload, facts *securitycontext.Facts) []int32 {
	for _, holding := range l.holding {
		for candidates := range holding.find(w, facts) {
			for _, i := range candidates {
				if !l.ended[i] && l.exemptions[i].appliesTo(w, facts) {
					covering = append(covering, i)
				}
			}
		}
	}
	slices.Sort(covering)
	return slices.Compact(covering) // several containers can lead to one exemption
}

// notExcused returns the checks with a failure, of the pod itself or of a container,
// that none of the exemptions excuses.
func (l *Local) notExcused(covering []int32, facts *securitycontext.Facts) securitycontext.CheckSet {
	if len(covering) == 0 {
		return facts.Failed
	}
	failed := facts.OfPod
	for _, i := range covering {
		failed &^= l.exemptions[i].excusesOfPod(facts)
	}
	for c := range facts.Containers {
		ofContainer := facts.Containers[c].Failed
		for _, i := range covering {
			ofContainer &^= l.exemptions[i].excusesOf(&facts.Containers[c])
		}
		failed |= ofContainer
	}
	return failed
}
