package reports

import (
	"fmt"
	"text/tabwriter"

	"github.com/podscore/podscore/terminal/verdicts"
)

// byWorkload writes a table with a row for each workload, and for each of its verdicts if its
// pods have several.
type byWorkload struct {
	Options
	table *tabwriter.Writer
	pods  map[workloadRow]int
	order []workloadRow
}

// workloadRow is what a row shows but the number of pods, of which it says whether there are any.
type workloadRow struct {
	namespace, workload, score, status, fails string
	template                                  bool
}

func newByWorkload(o Options, _ string) (Format, error) {
	return &byWorkload{Options: o, table: newTable(o.Out), pods: map[workloadRow]int{}}, nil
}

// Verdict implements Format.
func (b *byWorkload) Verdict(v *verdicts.Verdict) error {
	if !b.All && len(v.Counting()) == 0 {
		return nil
	}
	row := workloadRow{v.Namespace, v.Kind + "/" + v.Name, score(v), v.Status.String(), list(ids(v.Noncompliant())), v.Pods == 0}
	if _, known := b.pods[row]; !known {
		b.order = append(b.order, row)
	}
	b.pods[row] += v.Pods
	return nil
}

// End implements Format.
func (b *byWorkload) End(*Summary) error {
	if len(b.order) > 0 {
		fmt.Fprintln(b.table, "NAMESPACE\tWORKLOAD\tPODS\tSCORE\tSTATUS\tREQUIRED AND FAILS")
	}
	for _, row := range b.order {
		fmt.Fprintf(b.table, "%s\t%s\t%s\t%s\t%s\t%s\n", Plain(row.namespace), Plain(row.workload), podsOf(b.pods[row]), row.score, row.status, row.fails)
	}
	return b.table.Flush()
}

// podsOf says how many pods there are; of a template none.
func podsOf(pods int) string {
	if pods == 0 {
		return "template"
	}
	return fmt.Sprint(pods)
}
