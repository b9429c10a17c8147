package securitycontext

import corev1 "k8s.io/api/core/v1"

// System calls must be filtered.
//
//	spec.securityContext.seccompProfile.type
//	spec.{init,,ephemeral}Containers[*].securityContext.seccompProfile.type
//	spec.{init,,ephemeral}Containers[*].securityContext.privileged
//
// The effective type must be RuntimeDefault or Localhost for every container. Unset
// fails: it means Unconfined unless the node's kubelet has seccompDefault enabled, and
// no pod shows that. A privileged container gets no profile whatever the fields say.
// The legacy annotations are not read: no current kubelet reads them.
var seccompProfile = Check{
	ID:       "seccomp-profile",
	Severity: High,
	Weight:   8,
	Scope:    ScopeEffective,
	Field:    "seccompProfile.type",
	Passes:   "effective `seccompProfile.type` is `RuntimeDefault` or `Localhost` for every container, and none is privileged",
	Reasons:  []Reason{Missing, Unconfined, Privileged},
	evaluate: func(p *Pod, c *Container) Reason {
		if c.privileged() {
			return Privileged
		}
		profile := p.seccompProfile(c)
		if profile == nil {
			return Missing
		}
		switch profile.Type {
		case corev1.SeccompProfileTypeRuntimeDefault, corev1.SeccompProfileTypeLocalhost:
			return passed
		case "":
			return Missing
		}
		return Unconfined
	},
}
