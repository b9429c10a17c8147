package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/podscore/podscore/terminal/verdicts"
)

// Format writes verdicts.
type Format interface {
	// Verdict is called for every verdict.
	Verdict(v *verdicts.Verdict) error
	// End is called once after the last.
	End(s *Summary) error
}

// Options say how to write.
type Options struct {
	// Out is where the report goes.
	Out io.Writer
	// All is true to write too what is right, and what is excused.
	All bool
	// Color is true if Out shows colors.
	Color bool
	// Suppressed is true to write what is exempt into SARIF too, as suppressed.
	Suppressed bool
	// Root is the folder that SARIF's places are relative to: the repository's.
	Root string
	// Live is true for what is read from a cluster. Formats for people then tell pods by
	// workload.
	Live bool
	// Version is podscore's.
	Version string
	// Warn tells of what a format leaves out; nil if nobody listens.
	Warn func(message string)
}

// kind is a kind of output.
type kind struct {
	name, about string
	// worstFirst is true if the order is by need, and not that of the input.
	worstFirst bool
	// live says what is made of what is read from a cluster.
	live live
	make func(o Options, argument string) (Format, error)
}

// live says how a format tells what is read from a cluster.
type live int

const (
	byPod   live = iota // each pod
	byGroup             // pods of which all is the same that is told, as one
	refused             // not at all
)

var kinds = []kind{
	{"", "a line for each failure, with its place and the source; of a cluster a table with a row for each workload", true, byGroup, newLines},
	{"wide", "a table with a row for each object", true, byGroup, newWide},
	{"summary", "a table with a row for each namespace", false, byPod, newByNamespace},
	{"json", "a ScoreReport as JSON", false, byPod, newJSON},
	{"yaml", "a ScoreReport as YAML", false, byPod, newYAML},
	{"name", "the names of what is not compliant", true, byPod, newNames},
	{"jsonpath", "what a template takes of a ScoreReport, as in jsonpath='{.items[*].name}'", false, byPod, newJSONPath},
	{"sarif", "SARIF 2.1.0, for code scanning; of files only", true, refused, newSARIF},
	{"junit", "JUnit's XML, for CI", false, byGroup, newJUnit},
	{"github", "commands of a GitHub workflow, which annotate a pull request", true, byGroup, newGitHub},
	{"markdown", "a table for a pull request", true, byGroup, newMarkdown},
}

// Formats returns the names of the formats, and what each writes. The first is the one
// without a name.
func Formats() (names, about []string) {
	for _, k := range kinds {
		names, about = append(names, k.name), append(about, k.about)
	}
	return names, about
}

// New returns the format of a name, such as "json", or "jsonpath={.items[*].name}".
func New(name string, o Options) (Format, error) {
	name, argument, _ := strings.Cut(name, "=")
	for _, k := range kinds {
		if k.name != name || argument != "" && name != "jsonpath" {
			continue
		}
		return k.format(o, argument)
	}
	names, _ := Formats()
	return nil, fmt.Errorf("unknown format %q: use one of %s", name, strings.Join(names[1:], ", "))
}

func (k *kind) format(o Options, argument string) (Format, error) {
	if o.Live && k.live == refused {
		return nil, fmt.Errorf("%s tells of files only, because each of its results has a place in one: scan manifests with -f, or use json", k.name)
	}
	format, err := k.make(o, argument)
	if err != nil {
		return nil, err
	}
	if k.worstFirst && (!o.Live || k.live != byPod) { // all pods of a cluster are too many to be kept
		format = &sorted{Format: format}
	}
	if o.Live && k.live == byGroup {
		format = newGrouped(format)
	}
	return format, nil
}

// sorted keeps verdicts, and passes them on worst first.
type sorted struct {
	Format
	verdicts []*verdicts.Verdict
}

// Verdict implements Format.
func (s *sorted) Verdict(v *verdicts.Verdict) error {
	s.verdicts = append(s.verdicts, v)
	return nil
}

// End implements Format.
func (s *sorted) End(summary *Summary) error {
	slices.SortStableFunc(s.verdicts, worse)
	for _, v := range s.verdicts {
		if err := s.Format.Verdict(v); err != nil {
			return err
		}
	}
	return s.Format.End(summary)
}

// worse orders verdicts by need: what is not compliant first, of that the lowest score.
func worse(a, b *verdicts.Verdict) int {
	rank := func(v *verdicts.Verdict) int {
		if v.Noncompliant() != 0 {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(ratio(a), ratio(b)))
}

// ratio returns the score of a pod; of one without a score 1.
func ratio(v *verdicts.Verdict) float64 {
	if r, ok := v.Points.Ratio(); ok {
		return r
	}
	return 1
}
