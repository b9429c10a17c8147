package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

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
	namespace string
	templates []string
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

const scanExample = `  # Judge a file, a directory, and all directories in it
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
		Use:               "scan -f FILE|DIRECTORY|-",
		Short:             "Judge the pods that manifests make",
		Long:              "Judge the pods, and the pods that workloads would make of their templates, in files.\n\nThe exit status is 0 if nothing that is required fails, 1 if something does, and 2 if not everything could be read.",
		Example:           scanExample,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(*cobra.Command, []string) error { return o.run(time.Now()) },
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringSliceVarP(&o.files, "filename", "f", nil, "`path` of a file or a directory, or - for standard input; may be repeated")
	flags.BoolVarP(&o.recursive, "recursive", "R", false, "read the directories in a directory too")
	flags.StringVarP(&o.namespace, "namespace", "n", "", "`namespace` of objects that name none (default \"default\")")
	flags.StringArrayVar(&o.templates, "pod-template", nil, "`KIND=PATH` of a kind that has a template of pods, or KIND.GROUP=PATH; may be repeated")
	o.addFlags(flags)
	flags.StringVarP(&o.output, "output", "o", "", "`format`: "+formatsInWords())
	flags.BoolVar(&o.all, "all", false, "tell too what is compliant, and what is exempt")
	flags.BoolVar(&o.sarifAll, "sarif-suppressed", false, "with -o sarif, tell too what is exempt, as suppressed; GitHub shows it as open")
	flags.StringVar(&o.failOn, "fail-on", failOnRequired, "`what` ends with the exit status 1: "+failOnRequired+" for a required check that fails, or "+failOnNone)
	flags.IntVar(&o.minScore, "min-score", 0, "`score`, from 0 to 100, below which a pod ends with the exit status 1 too")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "name what is skipped")
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
	case len(o.files) == 0:
		return errors.New("name what to scan: -f with a file, a directory, or - for standard input")
	case o.failOn != failOnRequired && o.failOn != failOnNone:
		return fmt.Errorf("--fail-on: unknown value %q: use one of %s, %s", o.failOn, failOnRequired, failOnNone)
	case o.minScore < 0 || o.minScore > 100:
		return fmt.Errorf("--min-score: %d is not between 0 and 100", o.minScore)
	}
	return nil
}

// reader returns the reader of the files.
func (o *scanOptions) reader() (*manifests.Reader, error) {
	kinds, err := parseKinds(o.templates)
	return &manifests.Reader{Namespace: o.namespace, Recursive: o.recursive, Kinds: kinds, Stdin: o.In}, err
}

// reportOptions returns how the report is written to out.
func (o *scanOptions) reportOptions(out io.Writer) reports.Options {
	return reports.Options{
		Out: out, All: o.all, Color: colors(o.Out), Suppressed: o.sarifAll, Root: repository(), Version: version,
		Warn: func(message string) { fmt.Fprintln(o.ErrOut, message) },
	}
}

func (o *scanOptions) run(now time.Time) error {
	if err := o.validate(); err != nil {
		return err
	}
	reader, err := o.reader()
	if err != nil {
		return err
	}
	by, set, err := o.policy(now)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(o.Out)
	format, err := reports.New(o.output, o.reportOptions(out))
	if err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	s := &scan{scanOptions: o, judge: verdicts.NewJudge(by), format: format, summary: &reports.Summary{}, skipped: map[string]int{}}
	for document := range reader.Read(o.files...) {
		if err := s.document(&document); err != nil {
			return err
		}
	}
	if err := errors.Join(format.End(s.summary), out.Flush()); err != nil {
		return err
	}
	o.tell(o.ErrOut, set)
	s.tell()
	return s.status()
}

// scan is a scan under way.
type scan struct {
	*scanOptions
	judge   *verdicts.Judge
	format  reports.Format
	summary *reports.Summary
	skipped map[string]int // by kind
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
			s.skip(object.Source, "finished Pod")
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
