package securitycontext

import corev1 "k8s.io/api/core/v1"

// Pod is what the checks read of a pod, and no more. Whatever is added here is set in
// [FromPod] and in sparse's spec.pod, and is part of spec.appendKey, or is named in
// sparse's key_test.go with the reason why not: pods with equal keys share their facts.
//
// The security contexts may be shared with the API object and between pods: do not
// write to them.
type Pod struct {
	// SecurityContext is the pod's own; nil when absent.
	SecurityContext *corev1.PodSecurityContext
	// Containers lists the init containers (including sidecars), the regular and the
	// ephemeral ones, in this order, and within each in the order of the pod's spec.
	Containers []Container
	// Windows is true when the pod runs on Windows: by spec.os, or if that is not set,
	// because its node selector and required node affinity admit Windows nodes only.
	Windows bool
	// UserNamespace is true when the pod has a user namespace of its own
	// (hostUsers: false), so that root inside is nobody outside.
	UserNamespace bool
	// OwnedVolume is true when the pod has a writable volume whose ownership
	// the kubelet sets to fsGroup.
	OwnedVolume bool
	// Finished is true when the pod succeeded or failed: nothing of it runs.
	Finished bool
}

// Container is what the checks read of one container.
type Container struct {
	// Name is unique in the pod.
	Name string
	// Image is the image's name, as the pod's spec has it.
	Image string
	// Class says in which list of the pod's spec the container is.
	Class Class
	// SecurityContext is the container's own; nil when absent.
	SecurityContext *corev1.SecurityContext
	// AppArmorAnnotation is the value of the pod's legacy annotation for this
	// container; empty when absent.
	AppArmorAnnotation string
}

// Class is a kind of containers in a pod.
type Class uint8

// The classes of containers.
const (
	Regular   Class = iota // of spec.containers
	Init                   // of spec.initContainers, and ends before the regular ones start
	Sidecar                // of spec.initContainers, with restartPolicy Always
	Ephemeral              // of spec.ephemeralContainers, added to a running pod
)

// String returns the class in words, such as "sidecar".
func (c Class) String() string {
	return [...]string{"regular", "init", "sidecar", "ephemeral"}[c]
}
