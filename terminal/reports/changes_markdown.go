package reports

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/podscore/podscore/terminal/advice"
	"github.com/podscore/podscore/terminal/changes"
)

// mostRows is how many rows a table has: GitHub takes comments of 65,536 characters.
const mostRows = 120

// writeChangedMarkdown writes a table of the failures that changed, and one of the workloads.
func writeChangedMarkdown(o Options, c *Comparison) error {
	var failures, workloads []string
	for _, outcome := range []changes.Outcome{changes.New, changes.Excused, changes.Fixed} {
		for _, f := range c.Changed.Failures(outcome) {
			failures = append(failures, changedRow(f))
		}
	}
	for i := range c.Changed {
		w := &c.Changed[i]
		workloads = append(workloads, fmt.Sprintf("| %s | %s | %s |", cell(nameOf(w)), standing(w.Before), standing(w.After)))
	}
	_, err := fmt.Fprint(o.Out, strings.ReplaceAll(c.String(), "\n", "\\\n")+"\n",
		table("| change | workload | what fails | check | place |\n| --- | --- | --- | --- | --- |\n", failures),
		table("| workload | before | after |\n| --- | --- | --- |\n", workloads))
	return err
}

func changedRow(f *changes.Failure) string {
	change := strings.ToLower(headings[f.Outcome()])
	switch note := noteOn(f); {
	case f.After == changes.Exempt:
		change += " by " + cell(f.Exemption)
	case f.IsNewlyRequired():
		change = "**" + change + ", " + cmp.Or(note, "required") + "**"
	case note != "":
		change += ", " + note
	}
	at := fmt.Sprintf("%s:%d", f.Verdict.Source.File, f.Region.Line)
	return fmt.Sprintf("| %s | %s | %s | %s | %s |", change, cell(object(f.Verdict)+of(f.Failure)), advice.Says(f.Finding), checks[f.Check].ID, cell(at))
}

// table returns a table of rows; "" without any. What is too much for a comment is counted.
func table(header string, rows []string) string {
	if len(rows) == 0 {
		return ""
	}
	text := "\n" + header + strings.Join(rows[:min(len(rows), mostRows)], "\n") + "\n"
	if left := len(rows) - mostRows; left > 0 {
		text += fmt.Sprintf("\n%d more are left out.\n", left)
	}
	return text
}
