package securitycontext

// No process may gain more privileges than its parent has.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.allowPrivilegeEscalation
//	spec.{init,,ephemeral}Containers[*].securityContext.privileged
//	spec.{init,,ephemeral}Containers[*].securityContext.capabilities.add
//
// The value must be set to false for every container: unset means that escalation
// is allowed. A container that is privileged, or that adds SYS_ADMIN or ALL, can
// escalate whatever the field says.
var allowPrivilegeEscalation = Check{
	ID:       "allow-privilege-escalation",
	Severity: High,
	Weight:   10,
	Scope:    ScopeContainer,
	Field:    "allowPrivilegeEscalation",
	Passes:   "`allowPrivilegeEscalation` is explicitly `false` for every container, none is privileged, and none adds `SYS_ADMIN` or `ALL`",
	Reasons:  []Reason{Missing, ExplicitTrue, Privileged, SysAdmin},
	evaluate: func(_ *Pod, c *Container) Reason {
		if c.privileged() {
			return Privileged
		}
		for _, added := range c.addedCapabilities() {
			if isCapability(added, "SYS_ADMIN") || isCapability(added, "ALL") {
				return SysAdmin
			}
		}
		switch value := c.allowPrivilegeEscalation(); {
		case value == nil:
			return Missing
		case *value:
			return ExplicitTrue
		}
		return passed
	},
}
