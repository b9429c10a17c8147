package securitycontext

// Every container must run as a user that is set, and is not root.
//
//	spec.securityContext.runAsUser
//	spec.{init,,ephemeral}Containers[*].securityContext.runAsUser
//
// The effective value must be above 0 for every container. The control has no higher
// threshold: 1 passes as 10000 does.
var runAsUser = Check{
	ID:            "run-as-user",
	Severity:      Low,
	Weight:        4,
	Scope:         ScopeEffective,
	Field:         "runAsUser",
	Passes:        "effective `runAsUser` is above 0 for every container",
	Reasons:       []Reason{Missing, Root},
	UserNamespace: true,
	evaluate: func(p *Pod, c *Container) Reason {
		return above0(p.runAsUser(c), Root)
	},
}
