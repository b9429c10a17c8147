package securitycontext

import corev1 "k8s.io/api/core/v1"

// FromPod returns what the checks read of a pod. It copies no security context: the
// result shares them with pod.
func FromPod(pod *corev1.Pod) *Pod {
	spec := &pod.Spec
	p := &Pod{
		SecurityContext: spec.SecurityContext,
		Containers:      make([]Container, 0, len(spec.InitContainers)+len(spec.Containers)+len(spec.EphemeralContainers)),
		Windows:         runsOnWindows(spec),
		UserNamespace:   spec.HostUsers != nil && !*spec.HostUsers,
		OwnedVolume:     ownsVolume(spec),
		Finished:        pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed,
	}
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		class := Init
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			class = Sidecar
		}
		p.add(c.Name, c.Image, class, c.SecurityContext, pod.Annotations)
	}
	for i := range spec.Containers {
		c := &spec.Containers[i]
		p.add(c.Name, c.Image, Regular, c.SecurityContext, pod.Annotations)
	}
	for i := range spec.EphemeralContainers {
		c := &spec.EphemeralContainers[i]
		p.add(c.Name, c.Image, Ephemeral, c.SecurityContext, pod.Annotations)
	}
	return p
}

func (p *Pod) add(name, image string, class Class, context *corev1.SecurityContext, annotations map[string]string) {
	container := Container{Name: name, Image: image, Class: class, SecurityContext: context}
	if len(annotations) > 0 {
		container.AppArmorAnnotation = annotations[corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix+name]
	}
	p.Containers = append(p.Containers, container)
}
