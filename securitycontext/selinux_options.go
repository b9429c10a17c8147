package securitycontext

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Neither the pod nor a container may set an SELinux type other than those for
// containers, or set an SELinux user or role.
//
//	spec.securityContext.seLinuxOptions.{type,user,role}
//	spec.{init,,ephemeral}Containers[*].securityContext.seLinuxOptions.{type,user,role}
//
// At each level the type must be one of containerSELinuxTypes, and user and role must
// be empty. Runtimes differ in the effective value: containerd uses the pod's options
// if the container's are empty, CRI-O merges them field by field. So a bad value at
// either level may have an effect.
var seLinuxOptions = Check{
	ID:       "selinux-options",
	Severity: Medium,
	Weight:   4,
	Guard:    true,
	Scope:    ScopeEach,
	Field:    "seLinuxOptions",
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

// seLinuxOptionsOf returns the container's own options, or the pod's if c is nil.
func seLinuxOptionsOf(p *Pod, c *Container) *corev1.SELinuxOptions {
	switch {
	case c != nil && c.SecurityContext != nil:
		return c.SecurityContext.SELinuxOptions
	case c == nil && p.SecurityContext != nil:
		return p.SecurityContext.SELinuxOptions
	}
	return nil
}
