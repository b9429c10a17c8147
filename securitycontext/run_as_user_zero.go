package securitycontext

// No container may be set to run as root.
//
//	spec.securityContext.runAsUser
//	spec.{init,,ephemeral}Containers[*].securityContext.runAsUser
//
// The effective value must not be 0. If it is unset, the image sets the user; that
// case is judged by run-as-user.
var runAsUserZero = Check{
	ID:            "run-as-user-zero",
	Severity:      High,
	Weight:        10,
	Guard:         true,
	Scope:         ScopeEffective,
	Field:         "runAsUser",
	Passes:        "effective `runAsUser` is 0 for no container",
	Reasons:       []Reason{Root},
	UserNamespace: true,
	evaluate: func(p *Pod, c *Container) Reason {
		if user := p.runAsUser(c); user != nil && *user == 0 {
			return Root
		}
		return passed
	},
}
