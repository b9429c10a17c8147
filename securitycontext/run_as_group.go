package securitycontext

// Every container must run with a primary group that is set, and is not root's.
//
//	spec.securityContext.runAsGroup
//	spec.{init,,ephemeral}Containers[*].securityContext.runAsGroup
//
// The effective value must be above 0 for every container.
var runAsGroup = Check{
	ID:            "run-as-group",
	Severity:      Low,
	Weight:        4,
	Scope:         ScopeEffective,
	Field:         "runAsGroup",
	Passes:        "effective `runAsGroup` is above 0 for every container",
	Reasons:       []Reason{Missing, RootGroup},
	UserNamespace: true,
	evaluate: func(p *Pod, c *Container) Reason {
		return above0(p.runAsGroup(c), RootGroup)
	},
}
