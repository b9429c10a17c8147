package controllers

import (
	"maps"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/posture"
)

// strip replaces a pod or a namespace, before it is cached, by one that holds
// only what PodReconciler and NamespaceReconciler read. It is the cache's
// transform; other objects, such as tombstones, pass as they are.
func strip(object any) (any, error) {
	switch object := object.(type) {
	case *corev1.Pod:
		return stripPod(object), nil
	case *corev1.Namespace:
		return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: object.Name, UID: object.UID, ResourceVersion: object.ResourceVersion,
		}}, nil
	}
	return object, nil
}

func stripPod(pod *corev1.Pod) *corev1.Pod {
	spec := &pod.Spec
	stripped := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:         pod.Namespace,
			Name:              pod.Name,
			UID:               pod.UID,
			ResourceVersion:   pod.ResourceVersion,
			CreationTimestamp: pod.CreationTimestamp,
			Labels:            keep(pod.Labels, isReadLabel),
			Annotations:       keep(pod.Annotations, isReadAnnotation),
		},
		Spec: corev1.PodSpec{
			SecurityContext: spec.SecurityContext,
			HostUsers:       spec.HostUsers,
			OS:              spec.OS,
			NodeSelector:    keep(spec.NodeSelector, func(key string) bool { return key == corev1.LabelOSStable }),
		},
		Status: corev1.PodStatus{Phase: pod.Status.Phase},
	}
	if owner := metav1.GetControllerOfNoCopy(pod); owner != nil {
		stripped.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	if len(spec.InitContainers) > 0 {
		stripped.Spec.InitContainers = stripContainers(spec.InitContainers)
	}
	stripped.Spec.Containers = stripContainers(spec.Containers)
	for i := range spec.EphemeralContainers {
		var c corev1.EphemeralContainer
		c.Name, c.SecurityContext = spec.EphemeralContainers[i].Name, spec.EphemeralContainers[i].SecurityContext
		stripped.Spec.EphemeralContainers = append(stripped.Spec.EphemeralContainers, c)
	}
	stripped.Spec.Volumes = stripVolumes(spec.Volumes)
	return stripped
}

func stripContainers(containers []corev1.Container) []corev1.Container {
	stripped := make([]corev1.Container, len(containers))
	for i := range containers {
		stripped[i].Name = containers[i].Name
		stripped[i].RestartPolicy = containers[i].RestartPolicy
		stripped[i].SecurityContext = containers[i].SecurityContext
	}
	return stripped
}

// stripVolumes keeps the volumes whose ownership the kubelet may manage,
// without their names and what they refer to.
func stripVolumes(volumes []corev1.Volume) []corev1.Volume {
	var stripped []corev1.Volume
	for i := range volumes {
		var kept corev1.VolumeSource
		switch v := &volumes[i]; {
		case v.EmptyDir != nil:
			kept.EmptyDir = &corev1.EmptyDirVolumeSource{}
		case v.Ephemeral != nil:
			kept.Ephemeral = &corev1.EphemeralVolumeSource{}
		case v.PersistentVolumeClaim != nil:
			kept.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ReadOnly: v.PersistentVolumeClaim.ReadOnly}
		case v.CSI != nil:
			kept.CSI = &corev1.CSIVolumeSource{ReadOnly: v.CSI.ReadOnly}
		case v.ISCSI != nil:
			kept.ISCSI = &corev1.ISCSIVolumeSource{ReadOnly: v.ISCSI.ReadOnly}
		case v.FC != nil:
			kept.FC = &corev1.FCVolumeSource{ReadOnly: v.FC.ReadOnly}
		case v.FlexVolume != nil:
			kept.FlexVolume = &corev1.FlexVolumeSource{ReadOnly: v.FlexVolume.ReadOnly}
		default:
			continue
		}
		stripped = append(stripped, corev1.Volume{VolumeSource: kept})
	}
	return stripped
}

func isReadLabel(key string) bool {
	return key == appsv1.DefaultDeploymentUniqueLabelKey || key == posture.RolloutHashLabel
}

func isReadAnnotation(key string) bool {
	return key == corev1.MirrorPodAnnotationKey ||
		strings.HasPrefix(key, corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix)
}

// keep returns the entries whose keys are read; nil where there are none.
func keep(entries map[string]string, read func(key string) bool) map[string]string {
	var kept map[string]string
	for key, value := range maps.All(entries) {
		if read(key) {
			if kept == nil {
				kept = map[string]string{}
			}
			kept[key] = value
		}
	}
	return kept
}
