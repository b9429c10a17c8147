package reports

import (
	"fmt"
	"text/tabwriter"

	"github.com/podscore/podscore/terminal/changes"
)

// Comparison is what a change does.
type Comparison struct {
	// Changed are the workloads that the change is about.
	Changed changes.Workloads
	// Before and After count all verdicts.
	Before, After *Summary
}

// ChangeFormats returns the names of the formats of a comparison, and what each writes. The
// first is the one without a name.
func ChangeFormats() (names, about []string) {
	return []string{"", "markdown"}, []string{"what is new, and what is fixed, with places and the source", "tables for a pull request"}
}

// NewChanges returns what writes a comparison in the format of a name.
func NewChanges(name string, o Options) (func(*Comparison) error, error) {
	switch name {
	case "":
		return (&changedLines{lines{o}}).write, nil
	case "markdown":
		return func(c *Comparison) error { return writeChangedMarkdown(o, c) }, nil
	}
	return nil, fmt.Errorf("unknown format %q: use markdown, or none", name)
}

// NewlyRequired returns how many failures are new that are required.
func (c *Comparison) NewlyRequired() (n int) {
	for _, f := range c.Changed.Failures(changes.New) {
		if f.IsNewlyRequired() {
			n++
		}
	}
	return n
}

// String returns what the change comes to, as sentences.
func (c *Comparison) String() string {
	said := "No failure is new, none is fixed."
	counts := map[changes.Outcome]int{}
	for _, outcome := range []changes.Outcome{changes.New, changes.Excused, changes.Fixed} {
		counts[outcome] = len(c.Changed.Failures(outcome))
	}
	if counts[changes.New]+counts[changes.Excused]+counts[changes.Fixed] > 0 {
		said = fmt.Sprintf("New failures: %d, required: %d. Fixed: %d.", counts[changes.New], c.NewlyRequired(), counts[changes.Fixed])
	}
	if counts[changes.Excused] > 0 {
		said += fmt.Sprintf(" Exempt now: %d.", counts[changes.Excused])
	}
	return said + fmt.Sprintf("\nBefore: %v\nAfter: %v", c.Before, c.After)
}

// noteOn says what changed of a failure, where its outcome does not say it all.
func noteOn(f *changes.Failure) string {
	switch {
	case f.After == changes.Exempt:
		return "exempt by " + f.Exemption
	case f.Before == changes.Exempt && f.After != changes.Absent:
		return "exempt no longer"
	case f.Before == changes.Advisory && f.After == changes.Required:
		return "required now"
	case f.Before == changes.Required && f.After == changes.Advisory:
		return "required no longer"
	case f.After == changes.Advisory:
		return "not required"
	}
	return ""
}

// standing says how a workload stands on one side, such as "58, noncompliant".
func standing(s changes.Standing) string {
	if len(s) == 0 {
		return "-"
	}
	if percent, ok := s.Percent(); ok {
		return fmt.Sprintf("%d, %v", percent, s.Status())
	}
	return s.Status().String()
}

// headings are those of the outcomes.
var headings = map[changes.Outcome]string{changes.New: "New", changes.Excused: "Exempt now", changes.Fixed: "Fixed"}

// changedLines writes a line for each failure that changed, and a table of the workloads.
type changedLines struct{ lines }

func (l *changedLines) write(c *Comparison) error {
	for _, outcome := range []changes.Outcome{changes.New, changes.Excused, changes.Fixed} {
		failures := c.Changed.Failures(outcome)
		if len(failures) == 0 {
			continue
		}
		fmt.Fprintf(l.Out, "%s:\n\n", headings[outcome])
		for _, f := range failures {
			if err := l.changed(f); err != nil {
				return err
			}
		}
		fmt.Fprintln(l.Out)
	}
	return l.workloads(c.Changed)
}

func (l *changedLines) changed(f *changes.Failure) error {
	note := noteOn(f)
	if note != "" {
		note = ", " + note
	}
	color := faint
	switch {
	case f.IsNewlyRequired():
		color = red
	case f.Outcome() == changes.New:
		color = yellow
	case f.Outcome() == changes.Fixed:
		color = green
	}
	return l.failure(f.Verdict, f.Failure, note, color)
}

func (l *changedLines) workloads(all changes.Workloads) error {
	if len(all) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(l.Out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "WORKLOAD\tBEFORE\tAFTER")
	for i := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\n", Plain(nameOf(&all[i])), standing(all[i].Before), standing(all[i].After))
	}
	return table.Flush()
}

// nameOf names a workload, such as "Deployment shop/cart".
func nameOf(w *changes.Workload) string { return w.Kind + " " + w.Namespace + "/" + w.Name }
