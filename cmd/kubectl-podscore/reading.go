package main

import (
	"fmt"
	"iter"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/reports"
	"github.com/podscore/podscore/terminal/verdicts"
)

// parseKinds reads the values of --pod-template.
func parseKinds(texts []string) (kinds []manifests.Kind, err error) {
	for _, text := range texts {
		kind, err := manifests.ParseKind(text)
		if err != nil {
			return nil, fmt.Errorf("--pod-template: %w", err)
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

// side is what one side of a comparison has.
type side struct {
	verdicts []*verdicts.Verdict
	summary  reports.Summary
}

// side judges what documents have. They may come from files or from anywhere else.
func (o *diffOptions) side(documents iter.Seq[manifests.Document], by policy.Policy) (s side) {
	judge := verdicts.NewJudge(by)
	for d := range documents {
		for _, wrong := range d.Errors {
			fmt.Fprintf(o.ErrOut, "podscore: %s\n", reports.Plain(wrong.Error()))
		}
		for _, warning := range d.Warnings {
			fmt.Fprintf(o.ErrOut, "Warning: %s\n", reports.Plain(warning.Error()))
		}
		s.summary.Errors += len(d.Errors)
		for _, object := range d.Objects {
			if v, scored := judge.Object(object); scored {
				s.summary.Add(&v)
				s.verdicts = append(s.verdicts, &v)
			}
		}
	}
	return s
}
