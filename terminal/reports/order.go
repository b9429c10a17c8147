package reports

import (
	"cmp"
	"maps"
	"slices"

	"github.com/podscore/podscore/policy"
)

// worstFirst returns the names of the namespaces: those with the smallest share of
// compliant pods first, as the dashboards have them.
func (b *byNamespace) worstFirst() []string {
	share := func(name string) float64 {
		s := b.of[name]
		judged := s.Status[policy.Compliant] + s.Status[policy.Noncompliant]
		if judged == 0 {
			return 1
		}
		return float64(s.Status[policy.Compliant]) / float64(judged)
	}
	return slices.SortedFunc(maps.Keys(b.of), func(a, b string) int {
		return cmp.Or(cmp.Compare(share(a), share(b)), cmp.Compare(a, b))
	})
}
