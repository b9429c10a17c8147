package securitycontext

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// No container may add a capability, except NET_BIND_SERVICE, which allows it to
// listen on ports below 1024.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.capabilities.add
//
// Names may have the prefix CAP_ or not, in any letter case.
var capabilitiesAdd = Check{
	ID:       "capabilities-add",
	Severity: High,
	Weight:   10,
	Guard:    true,
	Scope:    ScopeContainer,
	Field:    "capabilities.add",
	Passes:   "no container adds a capability other than `NET_BIND_SERVICE`",
	Reasons:  []Reason{Added},
	evaluate: func(_ *Pod, c *Container) Reason {
		for _, added := range c.addedCapabilities() {
			if !isCapability(added, "NET_BIND_SERVICE") {
				return Added
			}
		}
		return passed
	},
}

// isCapability reports whether a name in the API, with or without CAP_ and in any
// letter case, is the capability want, which is in upper case and without CAP_.
func isCapability(name corev1.Capability, want string) bool {
	const prefix = "CAP_"
	if len(name) > len(prefix) && strings.EqualFold(string(name[:len(prefix)]), prefix) {
		name = name[len(prefix):]
	}
	return strings.EqualFold(string(name), want)
}
