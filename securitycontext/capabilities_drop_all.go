package securitycontext

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Every container must give up all capabilities; what it needs it adds back.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.capabilities.drop
//	spec.{init,,ephemeral}Containers[*].securityContext.privileged
//
// The list must have ALL, in any letter case; CAP_ALL is no name that
// runtimes know. Dropping the default set name by name is partial, and fails.
// A privileged container keeps every capability whatever its list says.
var capabilitiesDropAll = Check{
	ID:       "capabilities-drop-all",
	Severity: High,
	Weight:   10,
	Scope:    ScopeContainer,
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

// isCapability tells whether the API's name, with or without CAP_ and in any
// letter case, means the one given in capitals and without it.
func isCapability(name corev1.Capability, want string) bool {
	const prefix = "CAP_"
	if len(name) > len(prefix) && strings.EqualFold(string(name[:len(prefix)]), prefix) {
		name = name[len(prefix):]
	}
	return strings.EqualFold(string(name), want)
}
