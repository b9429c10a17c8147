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
	Passes:        "effective `runAsUser` is above 0 for every container",
	Reasons:       []Reason{Missing, Root},
	UserNamespace: true,
	evaluate: func(p *Pod, c *Container) Reason {
		return above0(p.runAsUser(c), Root)
	},
}

// above0 returns Missing for an id that is not set, and the reason otherwise for one
// that is not above 0.
func above0(id *int64, otherwise Reason) Reason {
	switch {
	case id == nil:
		return Missing
	case *id <= 0:
		return otherwise
	}
	return passed
}
