package main

import (
	"bufio"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/changes"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/reports"
)

// diffOptions say what is compared, and how it is told.
type diffOptions struct {
	genericiooptions.IOStreams
	judging
	before judging // by what A is judged, if it says so

	recursive bool
	templates []string
	output    string
}

const diffExample = `  # Say what a change of a file, or of a directory and all in it, makes better or worse
  kubectl podscore diff cart.yaml cart-next.yaml
  kubectl podscore diff -R base/shop shop

  # Compare what Helm makes of a chart with what it made before
  helm template shop/chart | kubectl podscore diff before.yaml -

  # Write it for a pull request, judged by the controller's own configuration
  kubectl podscore diff -R base/shop shop --config configuration.yaml -o markdown

  # Say what a change of the exemptions does
  kubectl podscore diff -R shop shop --config-before base/configuration.yaml --config configuration.yaml`

// newCmdDiff returns the command diff.
func newCmdDiff(streams genericiooptions.IOStreams) *cobra.Command {
	o := &diffOptions{IOStreams: streams}
	command := &cobra.Command{
		Use:   "diff A B",
		Short: "Say what a change of manifests makes better or worse",
		Long: "Judge the pods in A, how things are, and in B, how they will be, and say what differs: new failures, those that are fixed or exempt now, and scores. A and B are files, directories, or - for standard input.\n\n" +
			"Workloads are compared by kind, namespace and name, containers by name.\n\nThe exit status is 1 if a failure is new that is required, 2 if not everything could be read, and else 0, whatever failed before.",
		Example:           diffExample,
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: manifestFiles,
		RunE:              func(_ *cobra.Command, args []string) error { return o.run(time.Now(), args[0], args[1]) },
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.BoolVarP(&o.recursive, "recursive", "R", false, "read the directories in a directory too")
	flags.StringArrayVar(&o.templates, "pod-template", nil, "`KIND=PATH` of a kind that has a template of pods, or KIND.GROUP=PATH; may be repeated")
	o.addFlags(flags)
	flags.StringArrayVar(&o.before.config, "config-before", nil, "`path` by which A is judged in place of --config; may be repeated")
	flags.StringArrayVar(&o.before.exemptions, "exemptions-before", nil, "`path` by which A is judged in place of --exemptions; may be repeated")
	names, about := reports.ChangeFormats()
	flags.StringVarP(&o.output, "output", "o", "", "`format`: "+names[1]+", "+about[1]+"; without it "+about[0])
	o.cluster.addFlags(flags)
	return command
}

func (o *diffOptions) run(now time.Time, a, b string) error {
	if a == manifests.Stdin && b == manifests.Stdin {
		return errors.New("only one of the two can be standard input")
	}
	reader, err := o.reader()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(o.Out)
	write, err := reports.NewChanges(o.output, reports.Options{Out: out, Color: colors(o.Out)})
	if err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	by, set, err := o.policy(now)
	if err != nil {
		return err
	}
	byBefore, err := o.policyBefore(now, by)
	if err != nil {
		return err
	}
	before, after := o.side(reader.Read(a), byBefore), o.side(reader.Read(b), by)
	compared := &reports.Comparison{Changed: changes.Compare(before.verdicts, after.verdicts), Before: &before.summary, After: &after.summary}
	if err := errors.Join(write(compared), out.Flush()); err != nil {
		return err
	}
	o.tell(o.ErrOut, set)
	fmt.Fprintln(o.ErrOut, compared)
	switch {
	case before.summary.Errors+after.summary.Errors > 0:
		return errTold
	case compared.NewlyRequired() > 0:
		return errFails
	}
	return nil
}

func (o *diffOptions) reader() (*manifests.Reader, error) {
	kinds, err := parseKinds(o.templates)
	return &manifests.Reader{Namespace: o.cluster.overrides.Context.Namespace, Recursive: o.recursive, Kinds: kinds, Stdin: o.In, MayBeEmpty: o.recursive}, err
}

// policyBefore returns the policy by which A is judged: that of B if it has none of its own.
func (o *diffOptions) policyBefore(now time.Time, after policy.Policy) (policy.Policy, error) {
	if len(o.before.config)+len(o.before.exemptions) == 0 {
		return after, nil
	}
	was := o.judging
	if len(o.before.config) > 0 {
		was.config = o.before.config
	}
	if len(o.before.exemptions) > 0 {
		was.exemptions = o.before.exemptions
	}
	before, _, err := was.policy(now)
	return before, err
}
