package securitycontext

import "slices"

// A pod may set only kernel parameters that have no effect outside of it.
//
//	spec.securityContext.sysctls[*].name
//
// Every name must be one of safeSysctls, spelt as there.
var sysctls = Check{
	ID:       "sysctls",
	Severity: Medium,
	Weight:   4,
	Guard:    true,
	Scope:    ScopePod,
	Field:    "sysctls",
	Passes:   "`sysctls` has only names that the Pod Security Standard `baseline` calls safe",
	Reasons:  []Reason{Unsafe},
	evaluate: func(p *Pod, _ *Container) Reason {
		if p.SecurityContext == nil {
			return passed
		}
		for i := range p.SecurityContext.Sysctls {
			if !slices.Contains(safeSysctls, p.SecurityContext.Sysctls[i].Name) {
				return Unsafe
			}
		}
		return passed
	},
}

// safeSysctls are those that the latest Pod Security Standard `baseline` allows: they
// are namespaced in the container or the pod, and isolated from other pods.
// https://github.com/kubernetes/pod-security-admission/blob/v0.37.2/policy/check_sysctls.go
var safeSysctls = []string{
	"kernel.shm_rmid_forced",
	"net.ipv4.ip_local_port_range",
	"net.ipv4.tcp_syncookies",
	"net.ipv4.ping_group_range",
	"net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.ip_local_reserved_ports",
	"net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes",
	"net.ipv4.tcp_rmem",
	"net.ipv4.tcp_wmem",
	"net.ipv4.tcp_slow_start_after_idle",
	"net.ipv4.tcp_notsent_lowat",
}
