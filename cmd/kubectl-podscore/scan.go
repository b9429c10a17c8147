package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/reports"
	"github.com/podscore/podscore/terminal/verdicts"
)

// scanOptions say what is scanned, and how it is told.
type scanOptions struct {
	genericiooptions.IOStreams
	judging

	files     []string
	recursive bool
	kinds     []string
	live      live
	output    string
	all       bool
	sarifAll  bool
	failOn    string
	minScore  int
	verbose   bool
}

// What scan's exit status depends on.
const (
	failOnRequired = "required"
	failOnNone     = "none"
)

const scanExample = `  # Judge what runs in the namespace of the context, in another one, and in all
  kubectl podscore scan
  kubectl podscore scan -n shop
  kubectl podscore scan -A

  # Judge by what the controller runs with, and what would run once it is scaled up or due
  kubectl podscore scan -A --config configmap/podscore/podscore-configuration --templates

  # Judge a file, a directory, and all directories in it
  kubectl podscore scan -f cart.yaml
  kubectl podscore scan -f shop/
  kubectl podscore scan -f shop/ -R

  # Judge what Helm and kustomize make
  helm template shop/chart | kubectl podscore scan -f -
  kubectl kustomize shop/overlay | kubectl podscore scan -f -

  # Judge by the controller's own configuration, with its exemptions
  kubectl podscore scan -f shop/ --config configuration.yaml

  # Report, and never fail
  kubectl podscore scan -f shop/ -o wide --fail-on none

  # Judge the pods of a kind that podscore does not know
  kubectl podscore scan -f fleet.yaml --pod-template Fleet.agones.dev=spec.template.spec.template`

// newCmdScan returns the command scan.
func newCmdScan(streams genericiooptions.IOStreams) *cobra.Command {
	o := &scanOptions{IOStreams: streams}
	command := &cobra.Command{
		Use:               "scan [-f FILE|DIRECTORY|-]",
		Short:             "Judge the pods of a cluster, or those that manifests make",
		Long:              "Judge the pods of a cluster; with -f the pods, and the pods that workloads would make of their templates, in files.\n\nThe exit status is 0 if nothing that is required fails, 1 if something does, and 2 if not everything could be read.",
		Example:           scanExample,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return o.run(command.Context(), time.Now()) },
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringSliceVarP(&o.files, "filename", "f", nil, "`path` of a file or a directory, or - for standard input; may be repeated")
	flags.BoolVarP(&o.recursive, "recursive", "R", false, "read the directories in a directory too")
	o.live.addFlags(flags)
	flags.StringArrayVar(&o.kinds, "pod-template", nil, "`KIND=PATH` of a kind that has a template of pods, or KIND.GROUP=PATH; may be repeated")
	o.addFlags(flags)
	flags.StringVarP(&o.output, "output", "o", "", "`format`: "+formatsInWords())
	flags.BoolVar(&o.all, "all", false, "tell too what is compliant, and what is exempt")
	flags.BoolVar(&o.sarifAll, "sarif-suppressed", false, "with -o sarif, tell too what is exempt, as suppressed; GitHub shows it as open")
	flags.StringVar(&o.failOn, "fail-on", failOnRequired, "`what` ends with the exit status 1: "+failOnRequired+" for a required check that fails, or "+failOnNone)
	flags.IntVar(&o.minScore, "min-score", 0, "`score`, from 0 to 100, below which a pod ends with the exit status 1 too")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "name what is skipped")
	o.cluster.addFlags(flags)
	flags.Lookup("namespace").Usage = "`namespace` that is judged; with -f, of objects that name none (default: the context's; with -f \"default\")"
	return command
}

// formatsInWords names the formats, and what is written without one.
func formatsInWords() string {
	names, about := reports.Formats()
	return strings.Join(names[1:], ", ") + "; without it " + about[0]
}

// validate returns an error that names the flag that is wrong, and the remedy.
func (o *scanOptions) validate() error {
	switch {
	case len(o.files) > 0 && o.live.given():
		return errors.New("-A, -l and --templates are about a cluster, and -f is about files: give one of them")
	case o.live.all && o.cluster.overrides.Context.Namespace != "":
		return errors.New("-A is all namespaces, and -n is one: give one of them")
	case len(o.files) == 0 && (o.recursive || len(o.kinds) > 0):
		return errors.New("-R and --pod-template are about files: name them with -f")
	case o.failOn != failOnRequired && o.failOn != failOnNone:
		return fmt.Errorf("--fail-on: unknown value %q: use one of %s, %s", o.failOn, failOnRequired, failOnNone)
	case o.minScore < 0 || o.minScore > 100:
		return fmt.Errorf("--min-score: %d is not between 0 and 100", o.minScore)
	}
	return nil
}

// reader returns the reader of the files.
func (o *scanOptions) reader() (*manifests.Reader, error) {
	kinds, err := parseKinds(o.kinds)
	return &manifests.Reader{Namespace: o.cluster.overrides.Context.Namespace, Recursive: o.recursive, Kinds: kinds, Stdin: o.In}, err
}

// reportOptions returns how the report is written to out.
func (o *scanOptions) reportOptions(out io.Writer) reports.Options {
	return reports.Options{
		Out: out, All: o.all, Color: colors(o.Out), Suppressed: o.sarifAll, Live: len(o.files) == 0, Root: repository(), Version: version,
		Warn: func(message string) { fmt.Fprintln(o.ErrOut, message) },
	}
}

func (o *scanOptions) run(ctx context.Context, now time.Time) error {
	if err := o.validate(); err != nil {
		return err
	}
	out := bufio.NewWriter(o.Out)
	format, err := reports.New(o.output, o.reportOptions(out))
	if err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	by, set, err := o.policy(now)
	if err != nil {
		return err
	}
	s := &scan{scanOptions: o, judge: verdicts.NewJudge(by), format: format, summary: &reports.Summary{}, skipped: map[string]int{}}
	documents, tell, err := s.source(ctx, set, now)
	if err != nil {
		return err
	}
	for document := range documents {
		if err := s.document(&document); err != nil {
			return err
		}
	}
	if err := errors.Join(format.End(s.summary), out.Flush()); err != nil {
		return err
	}
	tell()
	s.tell()
	return s.status()
}

// source returns what is judged, of files or of a cluster, and what says at the end by what.
func (s *scan) source(ctx context.Context, set *configuration.Set, now time.Time) (documents iter.Seq[manifests.Document], tell func(), err error) {
	if len(s.files) == 0 {
		documents, err := s.pods(ctx, set, now)
		return documents, func() { s.tellPreset(s.ErrOut) }, err
	}
	reader, err := s.reader()
	if err != nil {
		return nil, nil, err
	}
	return reader.Read(s.files...), func() { s.scanOptions.tell(s.ErrOut, set) }, nil
}

// scan is a scan under way.
type scan struct {
	*scanOptions
	judge   *verdicts.Judge
	format  reports.Format
	summary *reports.Summary
	skipped map[string]int // by kind
	told    told
}

// document judges what a document has.
func (s *scan) document(d *manifests.Document) error {
	for _, wrong := range d.Errors {
		fmt.Fprintf(s.ErrOut, "podscore: %s\n", reports.Plain(wrong.Error()))
	}
	for _, warning := range d.Warnings {
		fmt.Fprintf(s.ErrOut, "Warning: %s\n", reports.Plain(warning.Error()))
	}
	s.summary.Errors += len(d.Errors)
	for _, skipped := range d.Skipped {
		s.skip(skipped.Source, skipped.Kind)
	}
	for _, object := range d.Objects {
		verdict, scored := s.judge.Object(object)
		if !scored {
			s.finished(object)
			continue
		}
		if s.live.templates && s.told.before(&verdict) {
			continue
		}
		s.summary.Add(&verdict)
		if err := s.format.Verdict(&verdict); err != nil {
			return err
		}
	}
	return nil
}

// status returns errTold where something could not be read, and errFails where something
// fails.
func (s *scan) status() error {
	switch {
	case s.summary.Errors > 0:
		return errTold
	case s.failOn == failOnRequired && s.summary.Status[policy.Noncompliant] > 0, s.summary.Lowest() < s.minScore:
		return errFails
	}
	return nil
}
