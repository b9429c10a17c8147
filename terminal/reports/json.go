package reports

import (
	"encoding/json"
	"fmt"

	"github.com/podscore/podscore/terminal/verdicts"
)

// jsonReport writes a ScoreReport as JSON, item by item.
type jsonReport struct {
	Options
	items int
}

func newJSON(o Options, _ string) (Format, error) { return &jsonReport{Options: o}, nil }

const jsonHead = `{
  "apiVersion": "` + APIVersion + `",
  "kind": "` + ReportKind + `",
  "items": [`

// Verdict implements Format.
func (j *jsonReport) Verdict(v *verdicts.Verdict) error {
	text, err := json.MarshalIndent(itemOf(v), "    ", "  ")
	if err != nil {
		return err
	}
	before := ","
	if j.items == 0 {
		before = jsonHead
	}
	j.items++
	_, err = fmt.Fprintf(j.Out, "%s\n    %s", before, text)
	return err
}

// End implements Format.
func (j *jsonReport) End(s *Summary) error {
	text, err := json.MarshalIndent(s.report(), "  ", "  ")
	if err != nil {
		return err
	}
	before, after := "", "\n  ]"
	if j.items == 0 {
		before, after = jsonHead, "]"
	}
	_, err = fmt.Fprintf(j.Out, "%s%s,\n  \"summary\": %s\n}\n", before, after, text)
	return err
}
