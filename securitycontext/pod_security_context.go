package securitycontext

// The pod must have a security context that says something.
//
//	spec.securityContext
//
// Absent, null and {} are empty; the API server makes all three {}. A field
// that is set badly, such as runAsNonRoot: false, is not empty.
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
