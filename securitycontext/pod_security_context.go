package securitycontext

// The pod must have a security context that is not empty.
//
//	spec.securityContext
//
// Absent, null and {} are empty; the API server stores all three as {}. One with a
// bad value, such as runAsNonRoot: false, is not empty.
var podSecurityContext = Check{
	ID:       "pod-security-context",
	Severity: Low,
	Weight:   3,
	Scope:    ScopePod,
	Passes:   "the pod's `securityContext` is not empty",
	Reasons:  []Reason{Empty},
	Windows:  true,
	evaluate: func(p *Pod, _ *Container) Reason {
		if emptyPodContext(p.SecurityContext) {
			return Empty
		}
		return passed
	},
}
