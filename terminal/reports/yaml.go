package reports

import (
	"fmt"

	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/terminal/verdicts"
)

// yamlReport writes a ScoreReport as YAML, item by item.
type yamlReport struct {
	Options
	items int
}

func newYAML(o Options, _ string) (Format, error) { return &yamlReport{Options: o}, nil }

const yamlHead = "apiVersion: " + APIVersion + "\nkind: " + ReportKind + "\nitems:"

// Verdict implements Format.
func (y *yamlReport) Verdict(v *verdicts.Verdict) error {
	text, err := yaml.Marshal([]Item{itemOf(v)})
	if err != nil {
		return err
	}
	before := ""
	if y.items == 0 {
		before = yamlHead + "\n"
	}
	y.items++
	_, err = fmt.Fprintf(y.Out, "%s%s", before, text)
	return err
}

// End implements Format.
func (y *yamlReport) End(s *Summary) error {
	text, err := yaml.Marshal(map[string]any{"summary": s.report()})
	if err != nil {
		return err
	}
	before := ""
	if y.items == 0 {
		before = yamlHead + " []\n"
	}
	_, err = fmt.Fprintf(y.Out, "%s%s", before, text)
	return err
}
