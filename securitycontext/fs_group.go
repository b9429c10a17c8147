package securitycontext

// A pod's volumes must belong to a group that the pod names, and not to root's.
//
//	spec.securityContext.fsGroup
//	spec.volumes[*]
//
// The value must be above 0. Unset fails only where it would change
// something: where the pod has a writable volume whose ownership the kubelet
// sets. Elsewhere the check does not apply.
var fsGroup = Check{
	ID:       "fs-group",
	Severity: Low,
	Weight:   2,
	Scope:    ScopePod,
	Passes:   "`fsGroup` is above 0; where it is unset, only a pod with a writable volume whose ownership the kubelet manages fails, to others the check does not apply",
	Reasons:  []Reason{Missing, RootGroup},
	evaluate: func(p *Pod, _ *Container) Reason {
		var group *int64
		if p.SecurityContext != nil {
			group = p.SecurityContext.FSGroup
		}
		if group == nil && !p.OwnedVolume {
			return notApplicable
		}
		return above0(group, RootGroup)
	},
}
