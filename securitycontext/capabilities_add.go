package securitycontext

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
