package sparse

import (
	"bytes"
	"encoding/binary"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/securitycontext"
)

// spec is what is read of a PodSpec. Its slices point into the message.
type spec struct {
	securityContext []byte // nil when absent
	containers      [3][]container
	os              []byte
	osSet           bool
	nodeOS          []byte // the node selector's
	userNamespace   bool
	ownedVolume     bool
}

// The lists of containers, in the order in which securitycontext has them.
const (
	initContainers = iota
	regularContainers
	ephemeralContainers
)

// container is what is read of a container of any kind.
type container struct {
	name, securityContext, restartPolicy []byte
}

// https://github.com/kubernetes/api/blob/v0.37.2/core/v1/generated.proto
func (s *spec) read(message []byte) error {
	f := fieldsOf(message)
	for f.next() {
		switch f.number {
		case 1:
			owned, err := readVolume(f.bytes())
			s.ownedVolume = s.ownedVolume || owned
			f.fail(err)
		case 2:
			s.readContainer(&f, regularContainers)
		case 20:
			s.readContainer(&f, initContainers)
		case 34:
			s.readEphemeralContainer(&f)
		case 7:
			if key, value := f.entry(); string(key) == corev1.LabelOSStable {
				s.nodeOS = value
			}
		case 14:
			s.securityContext = merge(s.securityContext, f.bytes())
		case 36:
			s.osSet = true
			f.fail(s.readOS(f.bytes()))
		case 37:
			s.userNamespace = !f.bool()
		}
	}
	return f.err
}

func (s *spec) readContainer(f *fields, list int) {
	var c container
	f.fail(c.read(f.bytes()))
	s.containers[list] = append(s.containers[list], c)
}

func (s *spec) readEphemeralContainer(f *fields) {
	var c container
	common := fieldsOf(f.bytes())
	for common.next() {
		if common.number == 1 {
			common.fail(c.read(common.bytes()))
		}
	}
	f.fail(common.err)
	s.containers[ephemeralContainers] = append(s.containers[ephemeralContainers], c)
}

func (s *spec) readOS(message []byte) error {
	f := fieldsOf(message)
	for f.next() {
		if f.number == 1 {
			s.os = f.bytes()
		}
	}
	return f.err
}

func (c *container) read(message []byte) error {
	f := fieldsOf(message)
	for f.next() {
		switch f.number {
		case 1:
			c.name = f.bytes()
		case 15:
			c.securityContext = merge(c.securityContext, f.bytes())
		case 24:
			c.restartPolicy = f.bytes()
		}
	}
	return f.err
}

// ownable lists the kinds of volumes whose ownership the kubelet may manage, in
// the order in which securitycontext.FromPod asks for them: the field of the
// kind, and its field readOnly; 0 for none.
var ownable = [...]struct{ source, readOnly protowire.Number }{
	{2, 0},  // emptyDir
	{29, 0}, // ephemeral
	{10, 2}, // persistentVolumeClaim
	{28, 2}, // csi
	{8, 6},  // iscsi
	{17, 4}, // fc
	{12, 4}, // flexVolume
}

// readVolume tells whether the kubelet sets the ownership of a volume to fsGroup.
func readVolume(message []byte) (owned bool, err error) {
	var found, readOnly [len(ownable)]bool
	volume := fieldsOf(message)
	for volume.next() {
		if volume.number != 2 {
			continue
		}
		source := fieldsOf(volume.bytes())
		for source.next() {
			for i := range ownable {
				if source.number == ownable[i].source {
					found[i] = true
					readOnly[i], err = readReadOnly(source.bytes(), ownable[i].readOnly, readOnly[i])
					source.fail(err)
				}
			}
		}
		volume.fail(source.err)
	}
	for i := range found {
		if found[i] {
			return !readOnly[i], volume.err
		}
	}
	return false, volume.err
}

func readReadOnly(message []byte, number protowire.Number, before bool) (bool, error) {
	f := fieldsOf(message)
	for f.next() {
		if f.number == number {
			before = f.bool()
		}
	}
	return before, f.err
}

func (s *spec) windows() bool {
	if s.osSet {
		return string(s.os) == string(corev1.Windows)
	}
	return string(s.nodeOS) == string(corev1.Windows)
}

// class tells a container's class from its list.
func (c *container) class(list int) securitycontext.Class {
	switch {
	case list == ephemeralContainers:
		return securitycontext.Ephemeral
	case list == regularContainers:
		return securitycontext.Regular
	case string(c.restartPolicy) == string(corev1.ContainerRestartPolicyAlways):
		return securitycontext.Sidecar
	}
	return securitycontext.Init
}

// appendKey appends to key, without ambiguity, all that the checks read, and
// nothing else: names are not among it. Pods with equal keys have equal results.
func (s *spec) appendKey(key []byte, m *metadata) []byte {
	key = append(key, bit(s.windows()), bit(s.userNamespace), bit(s.ownedVolume))
	key = appendPart(key, s.securityContext)
	for list := range s.containers {
		for i := range s.containers[list] {
			c := &s.containers[list][i]
			key = append(key, byte(c.class(list)))
			key = appendPart(key, c.securityContext)
			key = appendPart(key, m.profileOf(c.name))
		}
	}
	return key
}

// appendPart appends bytes so that it can be told where they end, and none
// from nothing in them.
func appendPart(key, part []byte) []byte {
	if part == nil {
		return append(key, 0)
	}
	return append(binary.AppendUvarint(key, uint64(len(part))+1), part...)
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// pod decodes the security contexts, and returns what securitycontext.FromPod
// would of the whole pod.
func (s *spec) pod(m *metadata, finished bool) (*securitycontext.Pod, error) {
	pod := &securitycontext.Pod{
		Containers:    []securitycontext.Container{},
		Windows:       s.windows(),
		UserNamespace: s.userNamespace,
		OwnedVolume:   s.ownedVolume,
		Finished:      finished,
	}
	if s.securityContext != nil {
		pod.SecurityContext = &corev1.PodSecurityContext{}
		if err := pod.SecurityContext.Unmarshal(s.securityContext); err != nil {
			return nil, err
		}
	}
	for list := range s.containers {
		for i := range s.containers[list] {
			c := &s.containers[list][i]
			read := securitycontext.Container{
				Name:               string(c.name),
				Class:              c.class(list),
				AppArmorAnnotation: string(m.profileOf(c.name)),
			}
			if c.securityContext != nil {
				read.SecurityContext = &corev1.SecurityContext{}
				if err := read.SecurityContext.Unmarshal(c.securityContext); err != nil {
					return nil, err
				}
			}
			pod.Containers = append(pod.Containers, read)
		}
	}
	return pod, nil
}

// finishedPhase tells whether nothing of a pod in this phase runs any more.
func finishedPhase(phase []byte) bool {
	return bytes.Equal(phase, []byte(corev1.PodSucceeded)) || bytes.Equal(phase, []byte(corev1.PodFailed))
}
