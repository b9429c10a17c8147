package securitycontext

// No container may be privileged.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.privileged
//
// Such a container is root on the node in all but name.
var privileged = Check{
	ID:       "privileged",
	Severity: Critical,
	Weight:   30,
	Guard:    true,
	Scope:    ScopeContainer,
	Field:    "privileged",
	Passes:   "no container is `privileged`",
	Reasons:  []Reason{Privileged},
	evaluate: func(_ *Pod, c *Container) Reason {
		if c.privileged() {
			return Privileged
		}
		return passed
	},
}
