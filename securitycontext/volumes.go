package securitycontext

import corev1 "k8s.io/api/core/v1"

// ownsVolume tells whether a pod has a volume whose ownership the kubelet sets
// to the pod's fsGroup. It does so with the file systems that it mounts
// writable, and never with a raw block device: a volume that containers use by
// volumeDevices alone.
func ownsVolume(spec *corev1.PodSpec) bool {
	for i := range spec.Volumes {
		if volume := &spec.Volumes[i]; ownedByFSGroup(volume) && !usedAsDevice(spec, volume.Name) {
			return true
		}
	}
	return false
}

// ownedByFSGroup tells whether a volume is of a kind whose file system the
// kubelet mounts and may own, and not read-only. What it projects, shares with
// the host or does not own stays as it is. A test holds this to every kind that
// the API has.
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

// becomesCSI tells whether the kubelet makes a writable CSI volume of a volume
// of an in-tree kind.
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

// usedAsDevice tells whether a container uses a volume as a device, and none mounts it.
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
