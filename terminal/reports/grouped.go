package reports

import (
	"fmt"
	"strings"

	"github.com/podscore/podscore/terminal/verdicts"
)

// grouped keeps verdicts on pods by workload, and passes on one for all pods of which it is
// the same, in the order in which they came first. What pods fail is kept once for all
// workloads: a cluster has many pods, and few ways to fail.
type grouped struct {
	Format
	groups map[group]*verdicts.Verdict
	order  []*verdicts.Verdict
	shapes map[string]*verdicts.Verdict // of each the first, whose failures the others share
}

// group is what pods have in common that are told as one.
type group struct {
	namespace, kind, name string
	pod                   bool // and not a template
	shape                 string
}

func newGrouped(f Format) *grouped {
	return &grouped{Format: f, groups: map[group]*verdicts.Verdict{}, shapes: map[string]*verdicts.Verdict{}}
}

// Verdict implements Format.
func (g *grouped) Verdict(v *verdicts.Verdict) error {
	shape := shapeOf(v)
	is := group{v.Namespace, v.Workload.Kind, v.Workload.Name, v.Kind == "Pod", shape}
	of := g.groups[is]
	if of == nil {
		of = g.first(v, shape)
		g.groups[is] = of
		g.order = append(g.order, of)
	}
	if is.pod {
		of.Pods++
		if of.Newest == "" || v.Created.After(of.Created) {
			of.Newest, of.Created = v.Name, v.Created
		}
	}
	return nil
}

// first returns what is kept of the first verdict of a group.
func (g *grouped) first(v *verdicts.Verdict, shape string) *verdicts.Verdict {
	like := g.shapes[shape]
	if like == nil {
		like = v
		g.shapes[shape] = v
	}
	kept := *v
	kept.Kind, kept.Name, kept.Failures, kept.Exemptions = v.Workload.Kind, v.Workload.Name, like.Failures, like.Exemptions
	return &kept
}

// shapeOf returns the same text for verdicts that say the same, whatever they are on.
func shapeOf(v *verdicts.Verdict) string {
	var text strings.Builder
	fmt.Fprint(&text, v.Status, v.Out, v.Points, v.Failed, v.NotApplicable, v.Exempt, v.Exemptions)
	for i := range v.Failures {
		f := &v.Failures[i]
		fmt.Fprint(&text, "\n", f.Check, " ", f.Container, " ", f.Class, " ", f.Reason, " ", f.Exemption)
	}
	return text.String()
}

// End implements Format.
func (g *grouped) End(s *Summary) error {
	for _, v := range g.order {
		if err := g.Format.Verdict(v); err != nil {
			return err
		}
	}
	return g.Format.End(s)
}
