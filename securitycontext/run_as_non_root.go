package securitycontext

// The kubelet must refuse to start a container as root.
//
//	spec.securityContext.runAsNonRoot
//	spec.{init,,ephemeral}Containers[*].securityContext.runAsNonRoot
//
// The effective value must be true for every container. A runAsUser other than 0 does
// not replace it: the control names this field, and without it the kubelet does not
// verify the user.
var runAsNonRoot = Check{
	ID:            "run-as-non-root",
	Severity:      High,
	Weight:        10,
	Scope:         ScopeEffective,
	Field:         "runAsNonRoot",
	Passes:        "effective `runAsNonRoot` is `true` for every container",
	Reasons:       []Reason{Missing, ExplicitFalse},
	Windows:       true,
	UserNamespace: true,
	evaluate: func(p *Pod, c *Container) Reason {
		switch value := p.runAsNonRoot(c); {
		case value == nil:
			return Missing
		case !*value:
			return ExplicitFalse
		}
		return passed
	},
}
