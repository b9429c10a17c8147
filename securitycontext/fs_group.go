package securitycontext

import "slices"

// A pod's volumes must belong to a group that the pod names. Neither the volumes nor
// the pod's processes may belong to the root group.
//
//	spec.securityContext.fsGroup
//	spec.securityContext.supplementalGroups
//	spec.volumes[*]
//	spec.{init,,ephemeral}Containers[*].{volumeMounts,volumeDevices}
//
// fsGroup must be above 0, and no supplementary group may be 0. Unset fails only if
// the field would have an effect: if the pod has a writable volume whose ownership the
// kubelet sets. Otherwise the check does not apply.
var fsGroup = Check{
	ID:       "fs-group",
	Severity: Low,
	Weight:   2,
	Scope:    ScopePod,
	Field:    "fsGroup",
	Passes:   "`fsGroup` is above 0 and `supplementalGroups` has no 0; where `fsGroup` is unset, only a pod with a writable volume whose ownership the kubelet manages fails, to others the check does not apply",
	Reasons:  []Reason{Missing, RootGroup},
	evaluate: func(p *Pod, _ *Container) Reason {
		var group *int64
		if p.SecurityContext != nil {
			if slices.Contains(p.SecurityContext.SupplementalGroups, 0) {
				return RootGroup
			}
			group = p.SecurityContext.FSGroup
		}
		if group == nil && !p.OwnedVolume {
			return notApplicable
		}
		return above0(group, RootGroup)
	},
}
