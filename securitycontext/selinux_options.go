package securitycontext

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Neither the pod nor a container may leave SELinux's container types, or
// choose its user or role.
//
//	spec.securityContext.seLinuxOptions.{type,user,role}
//	spec.{init,,ephemeral}Containers[*].securityContext.seLinuxOptions.{type,user,role}
//
// At each level by itself the type must be one of containerSELinuxTypes, and
// user and role must be empty. There is no effective value: containerd takes
// the pod's options where the container's are empty, CRI-O lays the fields of
// the container's over the pod's, so that what is bad at either level may run.
var seLinuxOptions = Check{
	ID:       "selinux-options",
	Severity: Medium,
	Weight:   4,
	Guard:    true,
	Scope:    ScopeEach,
	Passes:   "`seLinuxOptions` of the pod and of every container have no type but `container_t`, `container_init_t`, `container_kvm_t` or `container_engine_t`, no user and no role",
	Reasons:  []Reason{CustomType, CustomUser, CustomRole},
	evaluate: func(p *Pod, c *Container) Reason {
		switch options := seLinuxOptionsOf(p, c); {
		case options == nil:
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

// seLinuxOptionsOf returns the container's own options, or without a container
// the pod's.
func seLinuxOptionsOf(p *Pod, c *Container) *corev1.SELinuxOptions {
	switch {
	case c != nil && c.SecurityContext != nil:
		return c.SecurityContext.SELinuxOptions
	case c == nil && p.SecurityContext != nil:
		return p.SecurityContext.SELinuxOptions
	}
	return nil
}
