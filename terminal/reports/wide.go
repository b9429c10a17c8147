package reports

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/podscore/podscore/terminal/verdicts"
)

// wide writes a table with a row for each object; of a cluster for each workload and verdict.
type wide struct {
	Options
	table *tabwriter.Writer
	begun bool
}

func newWide(o Options, _ string) (Format, error) {
	return &wide{Options: o, table: newTable(o.Out)}, nil
}

// newTable returns a writer of a table, whose cells are apart by tabs.
func newTable(out io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(out, 0, 0, 3, ' ', 0) }

// Verdict implements Format.
func (w *wide) Verdict(v *verdicts.Verdict) error {
	if !w.All && len(v.Counting()) == 0 {
		return nil
	}
	if !w.begun {
		w.begun = true
		from := "SOURCE"
		if w.Live {
			from = "PODS\tNEWEST POD"
		}
		fmt.Fprintln(w.table, "NAMESPACE\tKIND\tNAME\tSCORE\tSTATUS\tREQUIRED AND FAILS\tOTHERS THAT FAIL\tEXEMPTIONS\t"+from)
	}
	from := fmt.Sprintf("%s:%d", v.Source.File, v.Source.Line)
	if w.Live {
		from = podsOf(v.Pods) + "\t" + cmp.Or(v.Newest, "-")
	}
	required := v.Noncompliant()
	others := v.Failed &^ required &^ v.Exempt
	_, err := fmt.Fprintf(w.table, "%s\t%s\t%s\t%s\t%v\t%s\t%s\t%s\t%s\n", Plain(v.Namespace), Plain(v.Kind), Plain(v.Name), score(v), v.Status,
		list(ids(required)), list(ids(others)), list(v.Exemptions), Plain(from))
	return err
}

// score returns the score as people are shown it; a hyphen if it counts nowhere.
func score(v *verdicts.Verdict) string {
	if percent, ok := v.Points.Percent(); ok && !v.Out {
		return fmt.Sprint(percent)
	}
	return "-"
}

// list returns entries joined by commas; a hyphen if there are none.
func list(entries []string) string {
	if len(entries) == 0 {
		return "-"
	}
	return strings.Join(entries, ",")
}

// End implements Format.
func (w *wide) End(*Summary) error { return w.table.Flush() }
