package posture

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
)

// share sets Workloads to what the workloads of all namespaces fail, at most limit
// entries, and Dropped and WorkloadsDropped to what is left out.
func (s *Snapshot) share(limit int) {
	all := 0
	for _, ns := range s.Namespaces {
		all += ns.workloadSeries
	}
	s.WorkloadsDropped = max(0, all-limit)
	s.Workloads = make([]WorkloadFailures, 0, all-s.WorkloadsDropped)
	claims := make([]claim, len(s.Namespaces))
	for i, ns := range s.Namespaces {
		claims[i] = claim{name: ns.Name, needs: ns.workloadSeries}
	}
	shares := shares(claims, limit)
	for i, ns := range s.Namespaces {
		for _, f := range ns.workloads[:shares[i]] {
			s.Workloads = append(s.Workloads, f.in(ns.Name))
		}
		if dropped := ns.workloadSeries - shares[i]; dropped > 0 {
			s.Dropped = append(s.Dropped, Dropped{ns.Name, dropped})
		}
	}
}

// claim is what a namespace, or an exemption, needs of a limit.
type claim struct {
	name  string
	needs int
	index int
	hash  uint64
}

// shares returns the share of each claim in the limit, by max-min fairness: all
// have an equal share, and what one does not need is divided among the others, so
// that one that needs much takes nothing from one that needs little. The remainder of
// the division goes one by one to those that need more, ordered by a hash of their
// names, which is the same for every scrape and on every replica. The claims are put in
// another order.
func shares(claims []claim, limit int) []int {
	shares, all := make([]int, len(claims)), 0
	for i := range claims {
		claims[i].index = i
		shares[i] = claims[i].needs
		all += claims[i].needs
	}
	if all <= limit {
		return shares
	}
	slices.SortFunc(claims, func(a, b claim) int { return cmp.Compare(a.needs, b.needs) })
	for len(claims) > 0 && claims[0].needs <= limit/len(claims) {
		shares[claims[0].index] = claims[0].needs
		limit -= claims[0].needs
		claims = claims[1:]
	}
	for i := range claims { // all of them need more than an equal share
		claims[i].hash = hashOf(claims[i].name)
	}
	slices.SortFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), strings.Compare(a.name, b.name))
	})
	equal, over := limit/len(claims), limit%len(claims)
	for i, c := range claims {
		shares[c.index] = equal
		if i < over {
			shares[c.index]++
		}
	}
	return shares
}

func hashOf(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // it never fails
	return h.Sum64()
}
