package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/advice"
)

// checksOptions say which checks are told.
type checksOptions struct {
	genericiooptions.IOStreams
	judging
	id string // "" for all
}

// newCmdChecks returns the command checks.
func newCmdChecks(streams genericiooptions.IOStreams) *cobra.Command {
	o := &checksOptions{IOStreams: streams}
	command := &cobra.Command{
		Use:   "checks [ID]",
		Short: "Say what is checked, why, and how to pass",
		Long:  "List the checks; or say of one what it asks, why, what to write to pass it, and which number the control has in each benchmark.",
		Example: `  # List all checks, and which the preset restricted requires
  kubectl podscore checks --preset restricted

  # Say what a check is about, and how to pass it
  kubectl podscore checks run-as-non-root`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: checkIDs,
		RunE: func(_ *cobra.Command, args []string) error {
			o.id = strings.Join(args, "")
			return o.run(time.Now())
		},
	}
	o.addFlags(command.Flags())
	o.cluster.addFlags(command.Flags())
	return command
}

func (o *checksOptions) run(now time.Time) error {
	by, _, err := o.policy(now)
	if err != nil {
		return err
	}
	if o.id == "" {
		return o.list(by)
	}
	var ids []string
	for i, check := range securitycontext.Checks() {
		if check.ID == o.id {
			o.describe(&check, by.Required().Has(i))
			return nil
		}
		ids = append(ids, check.ID)
	}
	return fmt.Errorf("unknown check %q: use one of %s", o.id, strings.Join(ids, ", "))
}

// list writes a table of all checks.
func (o *checksOptions) list(by policy.Policy) error {
	table := tabwriter.NewWriter(o.Out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "CHECK\tSEVERITY\tWEIGHT\tREQUIRED\tPASSES WHEN")
	for i, check := range securitycontext.Checks() {
		fmt.Fprintf(table, "%s\t%s\t%d\t%t\t%s\n", check.ID, check.Severity, check.Weight, by.Required().Has(i), withoutMarkdown(check.Passes))
	}
	return table.Flush()
}

// describe writes all that there is to say of a check.
func (o *checksOptions) describe(check *securitycontext.Check, required bool) {
	says, points := advice.For(check.ID), "earns them when it passes"
	if check.Guard {
		points = "costs them when it fails"
	}
	verdict := "is not required"
	if required {
		verdict = "is required"
	}
	fmt.Fprintf(o.Out, "%s has the severity %s and %d points, %s, and %s.\n", check.ID, check.Severity, check.Weight, points, verdict)
	fmt.Fprintf(o.Out, "\nIt passes when: %s.\n\nWhy: %s\n", withoutMarkdown(check.Passes), says.Why)
	fmt.Fprintf(o.Out, "\nWrite, in the securityContext of the %s:\n\n%s\n\nWhat may break: %s\n", says.Level, indented(says.Write), says.Breaks)
	fmt.Fprintln(o.Out, "\nThe control, \"Apply Security Context to Your Pods and Containers\", is")
	table := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	for _, control := range securitycontext.Controls() {
		fmt.Fprintf(table, "  %s\tin %s\n", control.Number, control.Benchmark)
	}
	table.Flush()
}

func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

func withoutMarkdown(text string) string { return strings.ReplaceAll(text, "`", "") }
