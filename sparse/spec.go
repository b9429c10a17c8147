package sparse

import (
	"bytes"
	"encoding/binary"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/securitycontext"
)

// spec is what is read of a PodSpec. Its slices point into the message.
type spec struct {
	securityContext []byte // nil when absent
	containers      [3][]container
	os              []byte
	osSet           bool
	nodeOS          [2][]byte // the values that the node selector has for the two labels of an operating system; nil when absent
	affinity        []byte    // the required node affinity; nil when absent
	userNamespace   bool
	owned           []volume // those whose ownership the kubelet sets to fsGroup, if they are mounted
	devices         bool     // whether a container uses a volume as a device

	windows, ownedVolume bool // computed at the end of read
}

// The indices of the lists of containers, in the order of securitycontext.Pod.
const (
	initContainers = iota
	regularContainers
	ephemeralContainers
)

// container is what is read of a container of any kind.
type container struct {
	name, image, securityContext, restartPolicy []byte

	message []byte // the whole container
	devices bool   // whether it uses a volume as a device
}

// read reads a PodSpec message.
func (s *spec) read(message []byte) error {
	f := fieldsOf(message)
	for f.next() {
		switch f.number {
		case specVolumes:
			f.fail(s.readVolume(f.bytes()))
		case specContainers:
			s.readContainer(&f, regularContainers)
		case specInitContainers:
			s.readContainer(&f, initContainers)
		case specEphemeralContainers:
			s.readEphemeralContainer(&f)
		case specNodeSelector:
			s.readNodeSelector(f.entry())
		case specSecurityContext:
			s.securityContext = merge(s.securityContext, f.bytes())
		case specAffinity:
			f.fail(s.readAffinity(f.bytes()))
		case specOS:
			s.osSet = true
			f.fail(s.readOS(f.bytes()))
		case specHostUsers:
			s.userNamespace = !f.bool()
		}
	}
	if f.err == nil {
		s.windows, f.err = s.runsOnWindows()
	}
	if f.err == nil {
		s.ownedVolume, f.err = s.ownsVolume()
	}
	return f.err
}

func (s *spec) readContainer(f *fields, list int) {
	var c container
	f.fail(c.read(f.bytes()))
	s.add(c, list)
}

func (s *spec) add(c container, list int) {
	s.containers[list] = append(s.containers[list], c)
	s.devices = s.devices || c.devices
}

func (s *spec) readEphemeralContainer(f *fields) {
	var c container
	common := fieldsOf(f.bytes())
	for common.next() {
		if common.number == ephemeralContainerCommon {
			common.fail(c.read(common.bytes()))
		}
	}
	f.fail(common.err)
	s.add(c, ephemeralContainers)
}

func (c *container) read(message []byte) error {
	c.message = merge(c.message, message)
	f := fieldsOf(message)
	for f.next() {
		switch f.number {
		case containerName:
			c.name = f.bytes()
		case containerImage:
			c.image = f.bytes()
		case containerSecurityContext:
			c.securityContext = merge(c.securityContext, f.bytes())
		case containerVolumeDevices:
			c.devices = true
		case containerRestartPolicy:
			c.restartPolicy = f.bytes()
		}
	}
	return f.err
}

// class returns the container's class, by the list that it is in.
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

// appendKey appends to key everything that the checks read, and nothing else, such as
// names. The encoding is unambiguous: pods with equal keys have equal facts.
func (s *spec) appendKey(key []byte, m *metadata) []byte {
	key = append(key, bit(s.windows), bit(s.userNamespace), bit(s.ownedVolume))
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

// appendPart appends the length of a part and its bytes. A nil part and an empty one
// are encoded differently.
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

// pod decodes the security contexts, and returns what securitycontext.FromPod returns
// for the whole pod.
func (s *spec) pod(m *metadata, finished bool) (*securitycontext.Pod, error) {
	pod := &securitycontext.Pod{
		Containers:    []securitycontext.Container{},
		Windows:       s.windows,
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
				Image:              string(c.image),
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

// finishedPhase reports whether a pod in this phase is finished.
func finishedPhase(phase []byte) bool {
	return bytes.Equal(phase, []byte(corev1.PodSucceeded)) || bytes.Equal(phase, []byte(corev1.PodFailed))
}
