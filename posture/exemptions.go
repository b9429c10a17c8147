package posture

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// Exemption is an exemption of the policy.
type Exemption struct {
	// Name is unique.
	Name string
	// Owner says who answers for it; "" if nobody is named.
	Owner string
	// Ends is when it ends or ended; zero if it does not.
	Ends time.Time
}

// ExemptionPods is how many pods of a namespace an exemption excuses in part, or takes out.
type ExemptionPods struct {
	// Namespace is the namespace's name.
	Namespace string
	// Exemption is the exemption's index.
	Exemption int
	// Pods is above 0.
	Pods int
}

// exemptionsOf lists the exemptions of a policy.
func exemptionsOf(p policy.Policy) []Exemption {
	list := make([]Exemption, 0, len(p.Exemptions()))
	for _, e := range p.Exemptions() {
		list = append(list, Exemption{e.Name, e.Owner, e.Ends})
	}
	return list
}

// selects reports whether a policy asks for labels of namespaces.
func selects(p policy.Policy) bool {
	return slices.ContainsFunc(p.Exemptions(), func(e policy.Exemption) bool { return e.NamespaceSelector != nil })
}

// excused is what an exemption does in a namespace.
type excused struct {
	exemption uint32
	pods      uint32
	failures  uint32 // (pod, check) of which it excuses a failure
}

// addExcused adds what an exemption excuses of each pod of a group.
func (f *fold) addExcused(exemption int, checks securitycontext.CheckSet, pods uint32) {
	if f.excusedAt == nil {
		f.excusedAt = map[int]int{}
	}
	i, known := f.excusedAt[exemption]
	if !known {
		i = len(f.excused)
		f.excusedAt[exemption] = i
		f.excused = append(f.excused, excused{exemption: uint32(exemption)})
	}
	f.excused[i].pods += pods
	f.excused[i].failures += pods * uint32(bits.OnesCount32(uint32(checks)))
}

// takeExcused returns what was added, in the order of the exemptions, and begins anew.
func (f *fold) takeExcused() []excused {
	if len(f.excused) == 0 {
		return nil
	}
	slices.SortFunc(f.excused, func(a, b excused) int { return cmp.Compare(a.exemption, b.exemption) })
	all := slices.Clone(f.excused)
	f.excusedAt, f.excused = nil, f.excused[:0]
	return all
}

// addExemptions sets what the exemptions do in all namespaces: at most limit entries of
// ExemptionPods, an equal share for each exemption, its first namespaces by name.
func (s *Snapshot) addExemptions(limit int) {
	s.ExcusedFailures = make([]int, len(s.Exemptions))
	claims := make([]claim, len(s.Exemptions))
	all := 0
	for i := range claims {
		claims[i].name = s.Exemptions[i].Name
	}
	for _, ns := range s.Namespaces {
		for _, e := range ns.excused {
			s.ExcusedFailures[e.exemption] += int(e.failures)
			claims[e.exemption].needs++
		}
		all += len(ns.excused)
	}
	left := shares(claims, limit)
	for _, ns := range s.Namespaces {
		for _, e := range ns.excused {
			if left[e.exemption] > 0 {
				left[e.exemption]--
				s.ExemptionPods = append(s.ExemptionPods, ExemptionPods{ns.Name, int(e.exemption), int(e.pods)})
			}
		}
	}
	s.ExemptionPodsDropped = all - len(s.ExemptionPods)
}
