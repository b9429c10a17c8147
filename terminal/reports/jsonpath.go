package reports

import (
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/client-go/util/jsonpath"

	"github.com/podscore/podscore/terminal/verdicts"
)

// jsonPath writes what a template takes of a ScoreReport.
type jsonPath struct {
	Options
	template *jsonpath.JSONPath
	report   ScoreReport
}

func newJSONPath(o Options, template string) (Format, error) {
	if template == "" {
		return nil, errors.New("jsonpath needs a template, as in jsonpath='{.items[*].name}'")
	}
	parsed := jsonpath.New("report").AllowMissingKeys(true)
	if err := parsed.Parse(template); err != nil {
		return nil, fmt.Errorf("jsonpath: %w", err)
	}
	return &jsonPath{o, parsed, ScoreReport{APIVersion: APIVersion, Kind: ReportKind, Items: []Item{}}}, nil
}

// Verdict implements Format.
func (j *jsonPath) Verdict(v *verdicts.Verdict) error {
	j.report.Items = append(j.report.Items, itemOf(v))
	return nil
}

// End implements Format. The template sees the fields by their names in JSON.
func (j *jsonPath) End(s *Summary) error {
	j.report.Summary = s.report()
	text, err := json.Marshal(j.report)
	if err != nil {
		return err
	}
	var fields any
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	return j.template.Execute(j.Out, fields)
}
