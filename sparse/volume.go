package sparse

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
)

// volume is what is read of a volume of a kind whose ownership the kubelet may manage.
type volume struct {
	name   []byte
	kinds  uint32 // those that it is of: the bits of their fields' numbers
	closed uint32 // those of which it is read-only, or a device
}

// ownable lists the kinds, as securitycontext.FromPod has them: by the number of
// the kind's field, that of its field readOnly.
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

const (
	emptyDir  = 2
	ephemeral = 29
	// never is the number of no field.
	never = -1
)

// The numbers of what a container does with volumes.
const (
	volumeMounts  = 9
	volumeDevices = 21
)

// readVolume keeps a volume whose ownership the kubelet sets to fsGroup, if it
// is mounted at all.
func (s *spec) readVolume(message []byte) error {
	var v volume
	f := fieldsOf(message)
	for f.next() {
		switch f.number {
		case 1:
			v.name = f.bytes()
		case 2:
			f.fail(v.readSource(f.bytes()))
		}
	}
	if v.kinds&^v.closed != 0 {
		s.owned = append(s.owned, v)
	}
	return f.err
}

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
				v.close(kind, f.bool())
			case kind == ephemeral && f.number == 1:
				f.fail(v.readTemplate(f.bytes()))
			}
		}
		source.fail(f.err)
	}
	return source.err
}

// readTemplate reads the volumeMode of the template of a claim.
func (v *volume) readTemplate(message []byte) error {
	template := fieldsOf(message)
	for template.next() {
		if template.number != 2 {
			continue
		}
		claim := fieldsOf(template.bytes())
		for claim.next() {
			if claim.number == 6 {
				v.close(ephemeral, string(claim.bytes()) == string(corev1.PersistentVolumeBlock))
			}
		}
		template.fail(claim.err)
	}
	return template.err
}

// close notes of a kind what its last field says.
func (v *volume) close(kind protowire.Number, closed bool) {
	v.closed &^= 1 << kind
	if closed {
		v.closed |= 1 << kind
	}
}

// ownsVolume tells whether there is a volume that counts for fs-group.
func (s *spec) ownsVolume() (bool, error) {
	for i := range s.owned {
		device, err := s.usedAsDevice(s.owned[i].name)
		if err != nil || !device {
			return err == nil, err
		}
	}
	return false, nil
}

// usedAsDevice tells whether a container uses a volume as a device, and none mounts it.
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
				case f.number == volumeMounts && names(&f, 1, name):
					return false, f.err
				case f.number == volumeDevices && names(&f, 1, name):
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

// names tells whether a field's message has this name, in the field of that number.
func names(f *fields, number protowire.Number, name []byte) bool {
	var found []byte
	of := fieldsOf(f.bytes())
	for of.next() {
		if of.number == number {
			found = of.bytes()
		}
	}
	f.fail(of.err)
	return bytes.Equal(found, name)
}
