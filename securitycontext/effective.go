package securitycontext

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// This file computes the effective values for a container, from its own security
// context and the pod's, as the kubelet does in DetermineEffectiveSecurityContext:
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/securitycontext/util.go
//
// No function here distinguishes an absent security context, null and {}. But a field of
// one that is {}, such as seccompProfile, is set: it hides the pod's.

// effective returns the container's value of a field, or the pod's if the container
// has none, or nil.
func effective[T any](p *Pod, c *Container, ofContainer func(*corev1.SecurityContext) *T, ofPod func(*corev1.PodSecurityContext) *T) *T {
	if c.SecurityContext != nil {
		if value := ofContainer(c.SecurityContext); value != nil {
			return value
		}
	}
	if p.SecurityContext != nil {
		return ofPod(p.SecurityContext)
	}
	return nil
}

func (p *Pod) runAsNonRoot(c *Container) *bool {
	return effective(p, c,
		func(s *corev1.SecurityContext) *bool { return s.RunAsNonRoot },
		func(s *corev1.PodSecurityContext) *bool { return s.RunAsNonRoot })
}

func (p *Pod) runAsUser(c *Container) *int64 {
	return effective(p, c,
		func(s *corev1.SecurityContext) *int64 { return s.RunAsUser },
		func(s *corev1.PodSecurityContext) *int64 { return s.RunAsUser })
}

func (p *Pod) runAsGroup(c *Container) *int64 {
	return effective(p, c,
		func(s *corev1.SecurityContext) *int64 { return s.RunAsGroup },
		func(s *corev1.PodSecurityContext) *int64 { return s.RunAsGroup })
}

func (p *Pod) seccompProfile(c *Container) *corev1.SeccompProfile {
	return effective(p, c,
		func(s *corev1.SecurityContext) *corev1.SeccompProfile { return s.SeccompProfile },
		func(s *corev1.PodSecurityContext) *corev1.SeccompProfile { return s.SeccompProfile })
}

// appArmorProfile returns the effective type of the profile; "" if none is set. Unlike
// for the other fields, the kubelet reads the legacy annotation for the container
// between the two levels.
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/security/apparmor/helpers.go
func (p *Pod) appArmorProfile(c *Container) corev1.AppArmorProfileType {
	switch {
	case c.SecurityContext != nil && c.SecurityContext.AppArmorProfile != nil:
		return c.SecurityContext.AppArmorProfile.Type
	case c.annotated():
		return annotatedAppArmorProfile(c.AppArmorAnnotation)
	case p.SecurityContext != nil && p.SecurityContext.AppArmorProfile != nil:
		return p.SecurityContext.AppArmorProfile.Type
	}
	return ""
}

// annotated reports whether the legacy annotation decides the container's profile.
func (c *Container) annotated() bool {
	return c.AppArmorAnnotation != "" && (c.SecurityContext == nil || c.SecurityContext.AppArmorProfile == nil)
}

// annotatedAppArmorProfile returns the type of profile that a value of the annotation
// means. The API server admits no other values; an unknown one counts as Unconfined.
func annotatedAppArmorProfile(annotation string) corev1.AppArmorProfileType {
	switch {
	case annotation == corev1.DeprecatedAppArmorBetaProfileRuntimeDefault:
		return corev1.AppArmorProfileTypeRuntimeDefault
	case strings.HasPrefix(annotation, corev1.DeprecatedAppArmorBetaProfileNamePrefix):
		return corev1.AppArmorProfileTypeLocalhost
	}
	return corev1.AppArmorProfileTypeUnconfined
}

// hostProcess is effective by itself: the kubelet merges windowsOptions field by field.
func (p *Pod) hostProcess(c *Container) bool {
	value := effective(p, c,
		func(s *corev1.SecurityContext) *bool { return hostProcessOf(s.WindowsOptions) },
		func(s *corev1.PodSecurityContext) *bool { return hostProcessOf(s.WindowsOptions) })
	return value != nil && *value
}

func hostProcessOf(options *corev1.WindowsSecurityContextOptions) *bool {
	if options == nil {
		return nil
	}
	return options.HostProcess
}

// The fields below exist at the container's level only.

func (c *Container) privileged() bool {
	return c.SecurityContext != nil && c.SecurityContext.Privileged != nil && *c.SecurityContext.Privileged
}

func (c *Container) allowPrivilegeEscalation() *bool {
	if c.SecurityContext == nil {
		return nil
	}
	return c.SecurityContext.AllowPrivilegeEscalation
}

func (c *Container) readOnlyRootFilesystem() *bool {
	if c.SecurityContext == nil {
		return nil
	}
	return c.SecurityContext.ReadOnlyRootFilesystem
}

func (c *Container) procMount() *corev1.ProcMountType {
	if c.SecurityContext == nil {
		return nil
	}
	return c.SecurityContext.ProcMount
}

func (c *Container) addedCapabilities() []corev1.Capability {
	if c.SecurityContext == nil || c.SecurityContext.Capabilities == nil {
		return nil
	}
	return c.SecurityContext.Capabilities.Add
}

func (c *Container) droppedCapabilities() []corev1.Capability {
	if c.SecurityContext == nil || c.SecurityContext.Capabilities == nil {
		return nil
	}
	return c.SecurityContext.Capabilities.Drop
}
