package securitycontext

import corev1 "k8s.io/api/core/v1"

// This file computes what holds for a container once its own security context
// and the pod's are put together, as the kubelet does in
// DetermineEffectiveSecurityContext:
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/securitycontext/util.go
//
// A security context that is absent, null or {} is the same to every function here.

// effective returns the container's value of a field, the pod's where the
// container has none, and nil where neither has one.
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

func (p *Pod) appArmorProfile(c *Container) *corev1.AppArmorProfile {
	return effective(p, c,
		func(s *corev1.SecurityContext) *corev1.AppArmorProfile { return s.AppArmorProfile },
		func(s *corev1.PodSecurityContext) *corev1.AppArmorProfile { return s.AppArmorProfile })
}

// hostProcess is part of windowsOptions, which is merged field by field.
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

// The pod level has no word in what follows: these are the container's alone.

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
