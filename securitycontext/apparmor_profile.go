package securitycontext

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// No container may switch off the AppArmor profile that it would get.
//
//	spec.securityContext.appArmorProfile.type
//	spec.{init,,ephemeral}Containers[*].securityContext.appArmorProfile.type
//	metadata.annotations["container.apparmor.security.beta.kubernetes.io/*"]
//
// The effective type must be RuntimeDefault or Localhost where it is set.
// Where no field is, the legacy annotation must be runtime/default or
// localhost/*, if there is one.
var appArmorProfile = Check{
	ID:       "apparmor-profile",
	Severity: Medium,
	Weight:   4,
	Guard:    true,
	Scope:    ScopeEffective,
	Passes:   "effective `appArmorProfile.type`, or without the field the legacy annotation, is unset, `RuntimeDefault` or `Localhost` for every container",
	Reasons:  []Reason{Unconfined},
	evaluate: func(p *Pod, c *Container) Reason {
		if profile := p.appArmorProfile(c); profile != nil {
			switch profile.Type {
			case "", corev1.AppArmorProfileTypeRuntimeDefault, corev1.AppArmorProfileTypeLocalhost:
				return passed
			}
			return Unconfined
		}
		switch annotation := c.AppArmorAnnotation; {
		case annotation == "", annotation == corev1.DeprecatedAppArmorBetaProfileRuntimeDefault,
			strings.HasPrefix(annotation, corev1.DeprecatedAppArmorBetaProfileNamePrefix):
			return passed
		}
		return Unconfined
	},
}
