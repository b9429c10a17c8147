package reports

import (
	"fmt"
	"strings"

	"github.com/podscore/podscore/terminal/verdicts"
)

// markdown writes a table of what is not compliant, for a pull request.
type markdown struct {
	Options
	rows []string
}

func newMarkdown(o Options, _ string) (Format, error) { return &markdown{Options: o}, nil }

// Verdict implements Format.
func (m *markdown) Verdict(v *verdicts.Verdict) error {
	if !m.All && v.Noncompliant() == 0 {
		return nil
	}
	score := "-"
	if percent, ok := v.Points.Percent(); ok {
		score = fmt.Sprint(percent)
	}
	from := cell(fmt.Sprintf("%s:%d", v.Source.File, v.Source.Line))
	if m.Live {
		from = podsOf(v.Pods)
	}
	m.rows = append(m.rows, fmt.Sprintf("| %s | %s | %v | %s | %s |", cell(v.Kind+" "+v.Namespace+"/"+v.Name), score, v.Status, list(ids(v.Noncompliant())), from))
	return nil
}

// End implements Format.
func (m *markdown) End(s *Summary) error {
	text := s.String() + "\n"
	if len(m.rows) > 0 {
		from := "source"
		if m.Live {
			from = "pods"
		}
		text += "\n| object | score | status | required and fails | " + from + " |\n| --- | --- | --- | --- | --- |\n" + strings.Join(m.rows, "\n") + "\n"
	}
	_, err := fmt.Fprint(m.Out, text)
	return err
}

// cell returns a text that stands in a cell as it is.
func cell(text string) string {
	return "`" + strings.NewReplacer("|", `\|`, "`", "'").Replace(Plain(text)) + "`"
}
