package securitycontext

import corev1 "k8s.io/api/core/v1"

// No container may switch off its AppArmor profile.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.appArmorProfile.type
//	metadata.annotations["container.apparmor.security.beta.kubernetes.io/*"]
//	spec.securityContext.appArmorProfile.type
//
// The first of these that is set for a container, in this order, must be
// RuntimeDefault or Localhost; in the annotation, runtime/default or
// localhost/*.
var appArmorProfile = Check{
	ID:       "apparmor-profile",
	Severity: Medium,
	Weight:   4,
	Guard:    true,
	Scope:    ScopeEffective,
	Field:    "appArmorProfile.type",
	Passes:   "effective `appArmorProfile.type` is unset, `RuntimeDefault` or `Localhost` for every container; the legacy annotation for a container goes before the pod's field",
	Reasons:  []Reason{Unconfined},
	evaluate: func(p *Pod, c *Container) Reason {
		switch p.appArmorProfile(c) {
		case "", corev1.AppArmorProfileTypeRuntimeDefault, corev1.AppArmorProfileTypeLocalhost:
			return passed
		}
		return Unconfined
	},
}
