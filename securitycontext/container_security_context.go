package securitycontext

// Every container must have a security context that is not empty.
//
//	spec.{init,,ephemeral}Containers[*].securityContext
//
// Absent, null and {} are empty. The pod's security context does not replace it: half
// of the fields that the control names exist at this level only.
var containerSecurityContext = Check{
	ID:       "container-security-context",
	Severity: Low,
	Weight:   3,
	Scope:    ScopeContainer,
	Passes:   "every container has a `securityContext` of its own that is not empty",
	Reasons:  []Reason{Empty},
	evaluate: func(_ *Pod, c *Container) Reason {
		if emptyContainerContext(c.SecurityContext) {
			return Empty
		}
		return passed
	},
}
