package reports

import (
	"fmt"
	"strings"

	"github.com/podscore/podscore/terminal/verdicts"
)

// lines writes a line for each failure, and below it the line of the source.
type lines struct{ Options }

func newLines(o Options, argument string) (Format, error) {
	if o.Live {
		return newByWorkload(o, argument)
	}
	return &lines{o}, nil
}

// The colors, as a terminal takes them.
const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	faint  = "\x1b[2m"
	normal = "\x1b[0m"
)

func (l *lines) paint(color, text string) string {
	if !l.Color {
		return text
	}
	return color + text + normal
}

// Verdict implements Format.
func (l *lines) Verdict(v *verdicts.Verdict) error {
	for _, f := range v.Counting() {
		note, color := "", red
		if !v.Required.Has(f.Check) {
			note, color = ", not required", yellow
		}
		if err := l.failure(v, &f, note, color); err != nil {
			return err
		}
	}
	if !l.All {
		return nil
	}
	for i := range v.Failures {
		if f := &v.Failures[i]; f.Exemption != "" {
			if err := l.failure(v, f, ", exempt by "+f.Exemption, faint); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(l.Out, "%s: %s: %s%s\n", Plain(fmt.Sprintf("%s:%d", v.Source.File, v.Source.Line)), Plain(object(v)), v.Status, withScore(v))
	return err
}

func withScore(v *verdicts.Verdict) string {
	if percent, ok := v.Points.Percent(); ok {
		return fmt.Sprintf(", score %d", percent)
	}
	return ""
}

func (l *lines) failure(v *verdicts.Verdict, f *verdicts.Failure, note, color string) error {
	_, err := fmt.Fprintf(l.Out, "%s: %s [%s%s]\n%s", l.paint(faint, place(v.Source.File, f.Region)), l.paint(color, sentence(v, f)), checks[f.Check].ID, note, l.source(f, color))
	return err
}

// source returns the line of the source with a mark below it.
func (l *lines) source(f *verdicts.Failure, color string) string {
	r := &f.Region
	if r.Text == "" {
		return ""
	}
	before := []rune(r.Text)[:r.Caret]
	for i := range before {
		if before[i] != '\t' {
			before[i] = ' ' // so that the mark stands right whatever a tab's width is
		}
	}
	width := max(1, min(r.EndColumn-r.Column, len([]rune(r.Text))-r.Caret))
	number := fmt.Sprint(r.Line)
	return fmt.Sprintf("%s | %s\n%s | %s%s\n", number, Plain(r.Text), strings.Repeat(" ", len(number)), string(before), l.paint(color, "^"+strings.Repeat("~", width-1)))
}

// End implements Format.
func (l *lines) End(*Summary) error { return nil }
