package securitycontext

import "testing"

func TestFSGroup(t *testing.T) {
	testCheck(t, fsGroup, []checkCase{
		{"unset, no volume", `containers: [{name: app}]`, "not applicable"},
		{"set, no volume", `{securityContext: {fsGroup: 2000}, containers: [{name: app}]}`, "pass"},
		{"root's", `{securityContext: {fsGroup: 0}, containers: [{name: app}]}`, "root-group()"},
		{"emptyDir", `{volumes: [{name: v, emptyDir: {}}], containers: [{name: app}]}`, "missing()"},
		{"emptyDir, set", `{securityContext: {fsGroup: 2000}, volumes: [{name: v, emptyDir: {}}], containers: [{name: app}]}`, "pass"},
		{"persistentVolumeClaim", `{volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], containers: [{name: app}]}`, "missing()"},
		{"persistentVolumeClaim, read only", `{volumes: [{name: v, persistentVolumeClaim: {claimName: c, readOnly: true}}], containers: [{name: app}]}`, "not applicable"},
		{"ephemeral", `{volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {}}}}], containers: [{name: app}]}`, "missing()"},
		{"csi", `{volumes: [{name: v, csi: {driver: d}}], containers: [{name: app}]}`, "missing()"},
		{"csi, read only", `{volumes: [{name: v, csi: {driver: d, readOnly: true}}], containers: [{name: app}]}`, "not applicable"},
		{"iscsi", `{volumes: [{name: v, iscsi: {targetPortal: p, iqn: q, lun: 0}}], containers: [{name: app}]}`, "missing()"},
		{"iscsi, read only", `{volumes: [{name: v, iscsi: {targetPortal: p, iqn: q, lun: 0, readOnly: true}}], containers: [{name: app}]}`, "not applicable"},
		{"fc", `{volumes: [{name: v, fc: {wwids: [w]}}], containers: [{name: app}]}`, "missing()"},
		{"fc, read only", `{volumes: [{name: v, fc: {wwids: [w], readOnly: true}}], containers: [{name: app}]}`, "not applicable"},
		{"flexVolume", `{volumes: [{name: v, flexVolume: {driver: d}}], containers: [{name: app}]}`, "missing()"},
		{"flexVolume, read only", `{volumes: [{name: v, flexVolume: {driver: d, readOnly: true}}], containers: [{name: app}]}`, "not applicable"},
		{"set, and root's among the supplementary groups", `{securityContext: {fsGroup: 2000, supplementalGroups: [100, 0]}, containers: [{name: app}]}`, "root-group()"},
		{"root's among the supplementary groups, no volume", `{securityContext: {supplementalGroups: [0], supplementalGroupsPolicy: Strict}, containers: [{name: app}]}`, "root-group()"},
		{"other supplementary groups", `{securityContext: {supplementalGroups: [100]}, containers: [{name: app}]}`, "not applicable"},
		{"a device", `{volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], containers: [{name: app, volumeDevices: [{name: v, devicePath: /d}]}]}`, "not applicable"},
		{"a device of an init container, and another that is mounted", `{volumes: [{name: v, persistentVolumeClaim: {claimName: c}}, {name: w, emptyDir: {}}], initContainers: [{name: init, volumeDevices: [{name: v, devicePath: /d}]}], containers: [{name: app, volumeMounts: [{name: w, mountPath: /w}]}]}`, "missing()"},
		{"a device that another container mounts", `{volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], initContainers: [{name: init, volumeMounts: [{name: v, mountPath: /v}]}], containers: [{name: app, volumeDevices: [{name: v, devicePath: /d}]}]}`, "missing()"},
		{"a device that an ephemeral container mounts", `{volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], containers: [{name: app, volumeDevices: [{name: v, devicePath: /d}]}], ephemeralContainers: [{name: debug, volumeMounts: [{name: v, mountPath: /v}]}]}`, "missing()"},
		{"a device of an ephemeral container alone", `{volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], containers: [{name: app}], ephemeralContainers: [{name: debug, volumeDevices: [{name: v, devicePath: /d}]}]}`, "not applicable"},
		{"a device of another name", `{volumes: [{name: v, persistentVolumeClaim: {claimName: c}}, {name: w, persistentVolumeClaim: {claimName: d}}], containers: [{name: app, volumeDevices: [{name: v, devicePath: /d}]}]}`, "missing()"},
		{"a template for a device", `{volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {volumeMode: Block}}}}], containers: [{name: app}]}`, "not applicable"},
		{"a template for a file system", `{volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {volumeMode: Filesystem}}}}], containers: [{name: app}]}`, "missing()"},
		{"what the kubelet does not own", `{volumes: [{name: a, configMap: {name: c}}, {name: b, secret: {secretName: s}}, {name: c, downwardAPI: {}}, {name: d, projected: {}}, {name: e, hostPath: {path: /}}, {name: f, nfs: {server: s, path: /}}, {name: g, image: {reference: i}}], containers: [{name: app}]}`, "not applicable"},
		{"a user namespace relaxes nothing here", `{hostUsers: false, volumes: [{name: v, emptyDir: {}}], containers: [{name: app}]}`, "missing()"},
	})
}
