package policy

import "github.com/podscore/podscore/securitycontext"

// Excusing returns the first of the exemptions behind a judgement that excuses the failure
// of a check by a container of the pod, or by the pod itself if c is nil; nil if none does.
func (l Local) Excusing(j *Judgement, c *securitycontext.ContainerFacts, check int) *Exemption {
	for _, excuse := range j.Excuses {
		e := &l.policy.compiled[excuse.Exemption]
		if e.Checks.Has(check) && (len(e.Containers) == 0 || c != nil && e.matches(c)) {
			return e.Exemption
		}
	}
	return nil
}
