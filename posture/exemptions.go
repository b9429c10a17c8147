package posture

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/podscore/podscore/policy"
)

// Exemption is an exemption of the policy.
type Exemption struct {
	// Name is unique.
	Name string
	// Owner says who answers for it; "" if nobody is named.
	Owner string
	// Source says where it stands, such as a directory.
	Source string
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
		list = append(list, Exemption{e.Name, e.Owner, e.Source, e.Ends})
	}
	return list
}

// selects reports whether a policy asks for labels of namespaces.
func selects(p policy.Policy) bool {
	return slices.ContainsFunc(p.Exemptions(), func(e policy.Exemption) bool { return e.NamespaceSelector != nil })
}

// excused is how many pods of a namespace have the same excuses.
type excused struct {
	excuses excuses
	pods    int
}

// addExcused adds pods with the same excuses.
func (f *fold) addExcused(by excuses, pods uint32) {
	if by == (excuses{}) {
		return
	}
	if f.excused == nil {
		f.excused = map[excuses]int{}
	}
	f.excused[by] += int(pods)
}

// takeExcused returns what was added, and begins anew.
func (f *fold) takeExcused() (all []excused) {
	for by, pods := range f.excused {
		all = append(all, excused{by, pods})
	}
	if clear(f.excused); len(all) > maxKeptWorkloads {
		f.excused = nil
	}
	return all
}

// addExemptions sets what the exemptions do in all namespaces: at most limit entries of
// ExemptionPods, of each exemption its share, which are its first namespaces by name.
func (s *Snapshot) addExemptions(limit int) {
	s.ExcusedFailures = s.excusedFailures()
	needs := s.namespacesOf()
	all := 0
	for _, n := range needs {
		all += n
	}
	s.ExemptionPodsDropped = max(0, all-limit)
	s.ExemptionPods = make([]ExemptionPods, 0, all-s.ExemptionPodsDropped)
	left := needs
	if s.ExemptionPodsDropped > 0 {
		left = s.exemptionShares(needs, limit)
	}
	place := make([]int, len(s.Exemptions)) // of each exemption, behind its last entry
	for _, ns := range s.Namespaces {
		first := len(s.ExemptionPods)
		for _, e := range ns.excused {
			for exemption := range e.excuses.all() {
				switch {
				case place[exemption] > first:
					s.ExemptionPods[place[exemption]-1].Pods += e.pods
				case left[exemption] > 0:
					left[exemption]--
					s.ExemptionPods = append(s.ExemptionPods, ExemptionPods{ns.Name, exemption, e.pods})
					place[exemption] = len(s.ExemptionPods)
				}
			}
		}
		slices.SortFunc(s.ExemptionPods[first:], func(a, b ExemptionPods) int { return cmp.Compare(a.Exemption, b.Exemption) })
	}
}

// excusedFailures returns ExcusedFailures. Pods with the same excuses are added up first.
func (s *Snapshot) excusedFailures() []int {
	pods := map[excuses]int{}
	for _, ns := range s.Namespaces {
		for _, e := range ns.excused {
			pods[e.excuses] += e.pods
		}
	}
	failures := make([]int, len(s.Exemptions))
	for by, n := range pods {
		for exemption, checks := range by.all() {
			failures[exemption] += n * bits.OnesCount32(uint32(checks))
		}
	}
	return failures
}

// namespacesOf returns in how many namespaces each exemption has pods.
func (s *Snapshot) namespacesOf() []int {
	namespaces, last := make([]int, len(s.Exemptions)), make([]*Namespace, len(s.Exemptions))
	for _, ns := range s.Namespaces {
		for _, e := range ns.excused {
			for exemption := range e.excuses.all() {
				if last[exemption] != ns {
					last[exemption] = ns
					namespaces[exemption]++
				}
			}
		}
	}
	return namespaces
}

// exemptionShares returns the share of each exemption in a limit: first the sources share it,
// then the owners in each, so that none gets more by having many exemptions, and then the
// exemptions of each owner. Owners alone would not do, because an exemption can name any.
func (s *Snapshot) exemptionShares(needs []int, limit int) []int {
	shares, all := make([]int, len(needs)), make([]int, len(needs))
	for i := range all {
		all[i] = i
	}
	shareOut(shares, all, needs, limit,
		func(i int) string { return s.Exemptions[i].Source },
		func(i int) string { return s.Exemptions[i].Owner },
		func(i int) string { return s.Exemptions[i].Name },
	)
	return shares
}

// shareOut sets the shares of some claims in a limit. They share it by what they are called
// on the first level, then those called the same share theirs by the next, and so on. On the
// last level no two are called the same.
func shareOut(to, of, needs []int, limit int, levels ...func(i int) string) {
	if len(levels) == 0 {
		to[of[0]] = limit
		return
	}
	called, claims := map[string][]int{}, []claim{}
	for _, i := range of {
		name := levels[0](i)
		called[name] = append(called[name], i)
	}
	for name, those := range called {
		one := claim{name: name}
		for _, i := range those {
			one.needs += needs[i]
		}
		claims = append(claims, one)
	}
	for at, share := range shares(slices.Clone(claims), limit) {
		shareOut(to, called[claims[at].name], needs, share, levels[1:]...)
	}
}
