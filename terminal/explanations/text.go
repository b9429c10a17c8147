package explanations

import (
	"fmt"
	"slices"
	"strings"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/advice"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

// headOf says what a verdict comes to.
func headOf(v *verdicts.Verdict) string {
	if v.Out {
		return "exempt from everything by " + strings.Join(v.Exemptions, ", ") + "."
	}
	head := map[policy.Status]string{policy.Compliant: "compliant", policy.Noncompliant: "not compliant", policy.Exempt: "exempt"}[v.Status]
	if percent, ok := v.Points.Percent(); ok {
		head += fmt.Sprintf(", score %d", percent)
	}
	if len(v.Failures) == 0 {
		return head + ". No check fails."
	}
	return head + "."
}

// textOf tells of each container what it fails, and of the pod itself, the required checks
// first.
func textOf(o *manifests.Object, v *verdicts.Verdict) string {
	if v.Out {
		return ""
	}
	in := newSpot(o, v)
	var text strings.Builder
	for index := securitycontext.OfPod; index < len(in.pod.Containers); index++ {
		var own []verdicts.Failure
		for _, f := range v.Failures {
			if f.Index == index {
				own = append(own, f)
			}
		}
		if len(own) == 0 {
			continue
		}
		slices.SortStableFunc(own, func(a, b verdicts.Failure) int { return weight(v, &a) - weight(v, &b) })
		text.WriteString("  " + in.title(index) + "\n\n")
		for i := range own {
			text.WriteString(in.failure(&own[i], v.Required.Has(own[i].Check)))
		}
	}
	return text.String()
}

// weight orders failures: those that are required, the others, and those that are excused.
func weight(v *verdicts.Verdict, f *verdicts.Failure) int {
	switch {
	case f.Exemption != "":
		return 2
	case v.Required.Has(f.Check):
		return 0
	}
	return 1
}

// title names a container, or the pod itself.
func (s *spot) title(index int) string {
	if index == securitycontext.OfPod {
		return "The pod itself"
	}
	c := &s.pod.Containers[index]
	if c.Class == securitycontext.Regular {
		return "Container " + plain(c.Name)
	}
	kind := c.Class.String()
	return strings.ToUpper(kind[:1]) + kind[1:] + " container " + plain(c.Name)
}

// failure tells of a failure what holds now, and what to write where.
func (s *spot) failure(f *verdicts.Failure, required bool) string {
	id := checks[f.Check].ID
	if f.Exemption != "" {
		return wrapped(fmt.Sprintf("%s: %s. Exempt by %s.", id, advice.Says(f.Finding), f.Exemption), 4) + "\n\n"
	}
	note := ""
	if !required {
		note = " (not required)"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%s\n", wrapped(fmt.Sprintf("%s%s: %s", id, note, advice.Says(f.Finding)), 4), field("now", s.now(f)))
	write, where := s.remedy(f)
	for line := range strings.Lines(write) {
		text.WriteString(field("write", strings.TrimSpace(line)) + "\n")
	}
	if where != "" {
		text.WriteString(field("in", where) + "\n")
	}
	return text.String() + "\n"
}
