package sparse

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
)

// volume is what is read of a volume of a kind whose ownership the kubelet may set. A
// kind is the number of its field in VolumeSource, and sets of kinds are bits.
type volume struct {
	name    []byte
	kinds   uint32 // its kinds; a valid volume has one
	unowned uint32 // of these, the ones that are read-only or a block device
}

// ownable has the kinds whose ownership the kubelet may set, as in
// securitycontext.FromPod: by kind, the number of the field readOnly.
var ownable = [32]protowire.Number{
	emptyDir:  never,
	ephemeral: never,
	20:        never, // vsphereVolume
	3:         4,     // gcePersistentDisk
	4:         4,     // awsElasticBlockStore
	8:         6,     // iscsi
	10:        2,     // persistentVolumeClaim
	12:        4,     // flexVolume
	13:        3,     // cinder
	17:        4,     // fc
	18:        3,     // azureFile
	22:        5,     // azureDisk
	24:        3,     // portworxVolume
	28:        2,     // csi
}

const never = -1 // the kind has no field readOnly

// readVolume reads a volume, and keeps it if the kubelet sets its ownership to fsGroup
// when it is mounted.
func (s *spec) readVolume(message []byte) error {
	var v volume
	f := fieldsOf(message)
	for f.next() {
		switch f.number {
		case volumeName:
			v.name = f.bytes()
		case volumeSource:
			f.fail(v.readSource(f.bytes()))
		}
	}
	if v.kinds&^v.unowned != 0 {
		s.owned = append(s.owned, v)
	}
	return f.err
}

// readSource reads a VolumeSource.
func (v *volume) readSource(message []byte) error {
	source := fieldsOf(message)
	for source.next() {
		kind := source.number
		if int(kind) >= len(ownable) || ownable[kind] == 0 {
			continue
		}
		v.kinds |= 1 << kind
		f := fieldsOf(source.bytes())
		for f.next() {
			switch {
			case f.number == ownable[kind]:
				v.setUnowned(kind, f.bool())
			case kind == ephemeral && f.number == ephemeralClaimTemplate:
				f.fail(v.readTemplate(f.bytes()))
			}
		}
		source.fail(f.err)
	}
	return source.err
}

// readTemplate reads the volumeMode of the claim template of an ephemeral volume.
func (v *volume) readTemplate(message []byte) error {
	template := fieldsOf(message)
	for template.next() {
		if template.number != claimTemplateSpec {
			continue
		}
		claim := fieldsOf(template.bytes())
		for claim.next() {
			if claim.number == claimVolumeMode {
				v.setUnowned(ephemeral, string(claim.bytes()) == string(corev1.PersistentVolumeBlock))
			}
		}
		template.fail(claim.err)
	}
	return template.err
}

// setUnowned sets or clears a kind in unowned: of a repeated field, the last is used.
func (v *volume) setUnowned(kind protowire.Number, unowned bool) {
	v.unowned &^= 1 << kind
	if unowned {
		v.unowned |= 1 << kind
	}
}

// ownsVolume returns what securitycontext.FromPod would set OwnedVolume to.
func (s *spec) ownsVolume() (bool, error) {
	for i := range s.owned {
		device, err := s.usedAsDevice(s.owned[i].name)
		if err != nil || !device {
			return err == nil, err
		}
	}
	return false, nil
}

// usedAsDevice reports whether a container uses a volume as a device, and none mounts it.
func (s *spec) usedAsDevice(name []byte) (bool, error) {
	device := false
	if !s.devices {
		return false, nil
	}
	for list := range s.containers {
		for i := range s.containers[list] {
			f := fieldsOf(s.containers[list][i].message)
			for f.next() {
				switch {
				case f.number == containerVolumeMounts && hasName(&f, volumeMountName, name):
					return false, f.err
				case f.number == containerVolumeDevices && hasName(&f, volumeDeviceName, name):
					device = true
				}
			}
			if f.err != nil {
				return false, f.err
			}
		}
	}
	return device, nil
}

// hasName reports whether the current field is a message that has this name in the
// field of this number.
func hasName(f *fields, number protowire.Number, name []byte) bool {
	var found []byte
	entry := fieldsOf(f.bytes())
	for entry.next() {
		if entry.number == number {
			found = entry.bytes()
		}
	}
	f.fail(entry.err)
	return bytes.Equal(found, name)
}
