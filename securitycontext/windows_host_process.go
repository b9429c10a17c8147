package securitycontext

// No container may be a Windows HostProcess container, which is to Windows
// what privileged is to Linux.
//
//	spec.securityContext.windowsOptions.hostProcess
//	spec.{init,,ephemeral}Containers[*].securityContext.windowsOptions.hostProcess
//
// The effective value must not be true.
var windowsHostProcess = Check{
	ID:       "windows-host-process",
	Severity: Critical,
	Weight:   30,
	Guard:    true,
	Scope:    ScopeEffective,
	Field:    "windowsOptions.hostProcess",
	Passes:   "effective `windowsOptions.hostProcess` is `true` for no container",
	Reasons:  []Reason{HostProcess},
	Windows:  true,
	evaluate: func(p *Pod, c *Container) Reason {
		if p.hostProcess(c) {
			return HostProcess
		}
		return passed
	},
}
