package policy

import "github.com/podscore/podscore/securitycontext"

// Excusing returns the first of the exemptions behind a judgement that excuses the failure
// of a check by a container of the pod, or by the pod itself if c is nil; nil if none does.
func (l Local) Excusing(j *Judgement, facts *securitycontext.Facts, c *securitycontext.ContainerFacts, check int) *Exemption {
	for _, excuse := range j.Excuses {
		e := &l.exemptions[excuse.Exemption]
		var excused securitycontext.CheckSet
		if c == nil {
			excused = e.excusesOfPod(facts)
		} else {
			excused = e.excusesOf(c)
		}
		if excused.Has(check) {
			return e
		}
	}
	return nil
}
