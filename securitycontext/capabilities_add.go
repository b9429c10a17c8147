package securitycontext

// No container may add a capability, but NET_BIND_SERVICE, which lets it
// listen on a port below 1024.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.capabilities.add
//
// Names count with or without CAP_, in any letter case.
var capabilitiesAdd = Check{
	ID:       "capabilities-add",
	Severity: High,
	Weight:   10,
	Guard:    true,
	Scope:    ScopeContainer,
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
