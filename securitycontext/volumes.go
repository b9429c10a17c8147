package securitycontext

import corev1 "k8s.io/api/core/v1"

// ownsVolume reports whether a pod has a volume whose ownership the kubelet sets to
// the pod's fsGroup. It does so for file systems that it mounts writable, and never
// for a raw block device, which is a volume that containers use in volumeDevices only.
func ownsVolume(spec *corev1.PodSpec) bool {
	for i := range spec.Volumes {
		if volume := &spec.Volumes[i]; ownedByFSGroup(volume) && !usedAsDevice(spec, volume.Name) {
			return true
		}
	}
	return false
}

// ownedByFSGroup reports whether a volume is writable and of a kind whose ownership
// the kubelet sets. A test has a decision for every kind of the API.
func ownedByFSGroup(v *corev1.Volume) bool {
	return v.EmptyDir != nil ||
		v.Ephemeral != nil && !isBlock(v.Ephemeral.VolumeClaimTemplate) ||
		v.PersistentVolumeClaim != nil && !v.PersistentVolumeClaim.ReadOnly ||
		v.CSI != nil && (v.CSI.ReadOnly == nil || !*v.CSI.ReadOnly) ||
		v.ISCSI != nil && !v.ISCSI.ReadOnly ||
		v.FC != nil && !v.FC.ReadOnly ||
		v.FlexVolume != nil && !v.FlexVolume.ReadOnly ||
		becomesCSI(v)
}

// becomesCSI reports whether a volume is writable and of an in-tree kind that is
// translated to a CSI volume.
// https://github.com/kubernetes/csi-translation-lib/blob/v0.37.2/translate.go
func becomesCSI(v *corev1.Volume) bool {
	return v.AWSElasticBlockStore != nil && !v.AWSElasticBlockStore.ReadOnly ||
		v.AzureDisk != nil && (v.AzureDisk.ReadOnly == nil || !*v.AzureDisk.ReadOnly) ||
		v.AzureFile != nil && !v.AzureFile.ReadOnly ||
		v.Cinder != nil && !v.Cinder.ReadOnly ||
		v.GCEPersistentDisk != nil && !v.GCEPersistentDisk.ReadOnly ||
		v.PortworxVolume != nil && !v.PortworxVolume.ReadOnly ||
		v.VsphereVolume != nil
}

func isBlock(claim *corev1.PersistentVolumeClaimTemplate) bool {
	return claim != nil && claim.Spec.VolumeMode != nil && *claim.Spec.VolumeMode == corev1.PersistentVolumeBlock
}

// usedAsDevice reports whether a container uses a volume as a device, and none mounts it.
func usedAsDevice(spec *corev1.PodSpec, name string) bool {
	device, mounted := false, false
	use := func(devices []corev1.VolumeDevice, mounts []corev1.VolumeMount) {
		for i := range devices {
			device = device || devices[i].Name == name
		}
		for i := range mounts {
			mounted = mounted || mounts[i].Name == name
		}
	}
	for i := range spec.InitContainers {
		use(spec.InitContainers[i].VolumeDevices, spec.InitContainers[i].VolumeMounts)
	}
	for i := range spec.Containers {
		use(spec.Containers[i].VolumeDevices, spec.Containers[i].VolumeMounts)
	}
	for i := range spec.EphemeralContainers {
		use(spec.EphemeralContainers[i].VolumeDevices, spec.EphemeralContainers[i].VolumeMounts)
	}
	return device && !mounted
}
