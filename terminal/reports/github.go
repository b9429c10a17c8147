package reports

import (
	"fmt"
	"strings"

	"github.com/podscore/podscore/terminal/verdicts"
)

// gitHub writes commands of a workflow, of which GitHub makes annotations. It shows ten
// errors and ten warnings of a step; the log has all.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
type gitHub struct{ Options }

func newGitHub(o Options, _ string) (Format, error) { return &gitHub{o}, nil }

// Verdict implements Format.
func (g *gitHub) Verdict(v *verdicts.Verdict) error {
	for _, f := range v.Counting() {
		command := "warning"
		if v.Required.Has(f.Check) {
			command = "error"
		}
		place := ""
		if v.Source.File != "" {
			place = fmt.Sprintf("file=%s,line=%d,col=%d,endColumn=%d,", property(v.Source.File), f.Region.Line, f.Region.Column, f.Region.EndColumn)
		}
		if _, err := fmt.Fprintf(g.Out, "::%s %stitle=%s::%s\n", command, place, property(checks[f.Check].ID), message(sentence(v, &f))); err != nil {
			return err
		}
	}
	return nil
}

// message and property escape as GitHub's own toolkit does.
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
func message(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(text))
}

// End implements Format.
func (g *gitHub) End(*Summary) error { return nil }
