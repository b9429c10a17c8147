package chaos

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/podscore/podscore/securitycontext"
)

// workloads adds the series of the workloads, up to the limit. In rounds, each namespace
// that has series left adds one, in the order of a hash of their names, until the limit
// is used up. Within a namespace, the most severe checks come first.
func (t *Truth) workloads(all series, workloads []workloadSeries) {
	checks := securitycontext.Checks()
	waiting := map[string][]workloadSeries{}
	for _, w := range workloads {
		waiting[w.namespace] = append(waiting[w.namespace], w)
	}
	var turns []string
	for name, own := range waiting {
		turns = append(turns, name)
		slices.SortFunc(own, func(a, b workloadSeries) int {
			return cmp.Or(
				cmp.Compare(checks[b.check].Severity.Rank(), checks[a.check].Severity.Rank()), cmp.Compare(a.check, b.check),
				cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name),
			)
		})
	}
	slices.SortFunc(turns, func(a, b string) int { return cmp.Compare(fnv1a(a), fnv1a(b)) })
	left := t.WorkloadSeriesLimit
	for shown := true; shown && left > 0; {
		shown = false
		for _, name := range turns {
			if left > 0 && len(waiting[name]) > 0 {
				w := waiting[name][0]
				all[fmt.Sprintf("podscore_workload_failing_pods{check=%q,namespace=%q,workload=%q,workload_kind=%q}", checks[w.check].ID, w.namespace, w.name, w.kind)] = w.pods
				waiting[name] = waiting[name][1:]
				left--
				shown = true
			}
		}
	}
	dropped := 0
	for name, held := range waiting {
		if dropped += len(held); len(held) > 0 {
			all[fmt.Sprintf("podscore_namespace_workload_series_dropped{namespace=%q}", name)] = float64(len(held))
		}
	}
	all["podscore_workload_series_dropped"] = float64(dropped)
}

func fnv1a(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // it never fails
	return h.Sum64()
}
