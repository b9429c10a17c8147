package reports

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/verdicts"
)

// byNamespace writes a table with a row for each namespace.
type byNamespace struct {
	table *tabwriter.Writer
	of    map[string]*Summary
}

func newByNamespace(o Options, _ string) (Format, error) {
	return &byNamespace{newTable(o.Out), map[string]*Summary{}}, nil
}

// Verdict implements Format.
func (b *byNamespace) Verdict(v *verdicts.Verdict) error {
	if b.of[v.Namespace] == nil {
		b.of[v.Namespace] = &Summary{}
	}
	b.of[v.Namespace].Add(v)
	return nil
}

// End implements Format.
func (b *byNamespace) End(*Summary) error {
	if len(b.of) > 0 {
		fmt.Fprintln(b.table, "NAMESPACE\tSCORE\tPODS\tCOMPLIANT\tNON-COMPLIANT\tEXEMPT")
	}
	for _, name := range b.worstFirst() {
		s, score := b.of[name], "-"
		if mean, ok := s.Score(); ok {
			score = percent(mean)
		}
		fmt.Fprintf(b.table, "%s\t%s\t%d\t%d\t%d\t%d\n", Plain(name), score, s.Pods, s.Status[policy.Compliant], s.Status[policy.Noncompliant], s.Status[policy.Exempt])
	}
	return b.table.Flush()
}

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
