package securitycontext

import "slices"

// No container may leave SELinux's container types, or choose its user or role.
//
//	spec.securityContext.seLinuxOptions.{type,user,role}
//	spec.{init,,ephemeral}Containers[*].securityContext.seLinuxOptions.{type,user,role}
//
// The effective type must be one of containerSELinuxTypes, the effective user
// and role must be empty.
var seLinuxOptions = Check{
	ID:       "selinux-options",
	Severity: Medium,
	Weight:   4,
	Guard:    true,
	Scope:    ScopeEffective,
	Passes:   "effective `seLinuxOptions` has no type but `container_t`, `container_init_t`, `container_kvm_t` or `container_engine_t`, no user and no role, for every container",
	Reasons:  []Reason{CustomType, CustomUser, CustomRole},
	evaluate: func(p *Pod, c *Container) Reason {
		options := p.seLinuxOptions(c)
		switch {
		case options == nil:
			return passed
		case !slices.Contains(containerSELinuxTypes, options.Type):
			return CustomType
		case options.User != "":
			return CustomUser
		case options.Role != "":
			return CustomRole
		}
		return passed
	},
}

// containerSELinuxTypes are the types that the Pod Security Standard
// `baseline` allows.
var containerSELinuxTypes = []string{"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
