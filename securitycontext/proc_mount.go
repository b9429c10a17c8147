package securitycontext

import corev1 "k8s.io/api/core/v1"

// /proc must stay masked.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.procMount
//
// The value must be Default where it is set.
var procMount = Check{
	ID:       "proc-mount",
	Severity: Medium,
	Weight:   6,
	Guard:    true,
	Scope:    ScopeContainer,
	Field:    "procMount",
	Passes:   "`procMount` is unset or `Default` for every container",
	Reasons:  []Reason{Unmasked},
	evaluate: func(_ *Pod, c *Container) Reason {
		if mount := c.procMount(); mount != nil && *mount != corev1.DefaultProcMount {
			return Unmasked
		}
		return passed
	},
}
