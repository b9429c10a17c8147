package reports

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/podscore/podscore/terminal/verdicts"
)

// wide writes a table with a row for each object.
type wide struct {
	all   bool
	table *tabwriter.Writer
	begun bool
}

func newWide(o Options, _ string) (Format, error) {
	return &wide{all: o.All, table: tabwriter.NewWriter(o.Out, 0, 0, 3, ' ', 0)}, nil
}

// Verdict implements Format.
func (w *wide) Verdict(v *verdicts.Verdict) error {
	if !w.all && len(v.Counting()) == 0 {
		return nil
	}
	if !w.begun {
		w.begun = true
		fmt.Fprintln(w.table, "NAMESPACE\tKIND\tNAME\tSCORE\tSTATUS\tREQUIRED AND FAILS\tOTHERS THAT FAIL\tEXEMPTIONS\tSOURCE")
	}
	score := "-"
	if percent, ok := v.Points.Percent(); ok && !v.Out {
		score = fmt.Sprint(percent)
	}
	required := v.Noncompliant()
	others := v.Failed &^ required &^ v.Exempt
	_, err := fmt.Fprintf(w.table, "%s\t%s\t%s\t%s\t%v\t%s\t%s\t%s\t%s\n", Plain(v.Namespace), Plain(v.Kind), Plain(v.Name), score, v.Status,
		list(ids(required)), list(ids(others)), list(v.Exemptions), Plain(fmt.Sprintf("%s:%d", v.Source.File, v.Source.Line)))
	return err
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
