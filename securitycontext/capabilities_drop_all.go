package securitycontext

import "strings"

// Every container must drop all capabilities; it can add back what it needs.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.capabilities.drop
//	spec.{init,,ephemeral}Containers[*].securityContext.privileged
//
// The list must contain ALL, in any letter case; runtimes do not know the name
// CAP_ALL. A list of single names fails as partial, even if it has the whole default
// set. A privileged container keeps all capabilities whatever its list says.
var capabilitiesDropAll = Check{
	ID:       "capabilities-drop-all",
	Severity: High,
	Weight:   10,
	Scope:    ScopeContainer,
	Field:    "capabilities.drop",
	Passes:   "`capabilities.drop` of every container has `ALL`, in any letter case, and none is privileged",
	Reasons:  []Reason{Missing, Partial, Privileged},
	evaluate: func(_ *Pod, c *Container) Reason {
		dropped := c.droppedCapabilities()
		switch {
		case c.privileged():
			return Privileged
		case len(dropped) == 0:
			return Missing
		}
		reason := Partial
		for _, capability := range dropped {
			if capability == "ALL" {
				return passed
			}
			if strings.EqualFold(string(capability), "ALL") {
				reason = NonCanonicalCase
			}
		}
		return reason
	},
}
