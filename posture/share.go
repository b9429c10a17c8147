package posture

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
)

// share lists what the workloads of the namespaces fail, as far as the limit
// allows, and what it holds back.
func (s *Snapshot) share(limit int) {
	all := 0
	for _, ns := range s.Namespaces {
		all += ns.workloadSeries
	}
	s.WorkloadsDropped = max(0, all-limit)
	s.Workloads = make([]WorkloadFailures, 0, all-s.WorkloadsDropped)
	shares := shares(s.Namespaces, limit)
	for i, ns := range s.Namespaces {
		for _, f := range ns.workloads[:shares[i]] {
			s.Workloads = append(s.Workloads, f.in(ns.Name))
		}
		if dropped := ns.workloadSeries - shares[i]; dropped > 0 {
			s.Dropped = append(s.Dropped, Dropped{ns.Name, dropped})
		}
	}
}

// shares divides the limit over the namespaces, max-min: every namespace has an
// equal share, and what one does not need goes to the others, so that one that
// wants more takes nothing from one that has less. What is left over goes one by
// one to those that need it, by a hash of their names, which is the same from
// scrape to scrape and on every replica.
func shares(namespaces []*Namespace, limit int) []int {
	type claim struct {
		at, needs int
		name      string
		hash      uint64
	}
	shares, all := make([]int, len(namespaces)), 0
	claims := make([]claim, len(namespaces))
	for i, ns := range namespaces {
		claims[i] = claim{at: i, needs: ns.workloadSeries, name: ns.Name}
		shares[i] = ns.workloadSeries
		all += ns.workloadSeries
	}
	if all <= limit {
		return shares
	}
	slices.SortFunc(claims, func(a, b claim) int { return cmp.Compare(a.needs, b.needs) })
	for len(claims) > 0 && claims[0].needs <= limit/len(claims) {
		shares[claims[0].at] = claims[0].needs
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
		shares[c.at] = equal
		if i < over {
			shares[c.at]++
		}
	}
	return shares
}

func hashOf(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // it never fails
	return h.Sum64()
}
