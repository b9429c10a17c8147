package sparse

import (
	"bytes"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/workload"
)

// metadata is what is read of an ObjectMeta. Its slices and strings point into the
// message, and are valid only as long as that is.
type metadata struct {
	namespace, name, uid, resourceVersion []byte

	created          int64            // in seconds since 1970
	createdSet       bool             // whether there is a creation time
	controlled       bool             // whether there is a controller
	controller       workload.Owner   // the first owner reference that is a controller's
	labels           []workload.Label // those that workload.Reads
	initialEventsEnd bool
	appArmor         []appArmor // sorted by container
}

// appArmor is a legacy AppArmor annotation.
type appArmor struct{ container, profile []byte }

// read reads an ObjectMeta message.
func (m *metadata) read(message []byte) error {
	f := fieldsOf(message)
	for f.next() {
		switch f.number {
		case metaName:
			m.name = f.bytes()
		case metaNamespace:
			m.namespace = f.bytes()
		case metaUID:
			m.uid = f.bytes()
		case metaResourceVersion:
			m.resourceVersion = f.bytes()
		case metaCreationTimestamp:
			var err error
			m.created, m.createdSet, err = readTime(f.bytes())
			f.fail(err)
		case metaLabels:
			m.readLabel(f.entry())
		case metaAnnotations:
			m.readAnnotation(f.entry())
		case metaOwnerReferences:
			f.fail(m.readOwner(f.bytes()))
		}
	}
	slices.SortStableFunc(m.appArmor, func(a, b appArmor) int { return bytes.Compare(a.container, b.container) })
	return f.err
}

func (m *metadata) readLabel(key, value []byte) {
	if workload.Reads(key) {
		m.labels = append(m.labels, workload.Label{Key: text(key), Value: text(value)})
	}
}

func (m *metadata) readAnnotation(key, value []byte) {
	switch string(key) {
	case metav1.InitialEventsAnnotationKey:
		m.initialEventsEnd = string(value) == "true"
	default:
		if container, ok := bytes.CutPrefix(key, []byte(corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix)); ok {
			m.appArmor = append(m.appArmor, appArmor{container, value})
		}
	}
}

// profileOf returns the value of a container's AppArmor annotation; nil if there is
// none. Of two entries of a map with the same key, the last is used. It searches in
// the sorted list, because a pod may have thousands of annotations and containers.
func (m *metadata) profileOf(container []byte) []byte {
	behind, _ := slices.BinarySearchFunc(m.appArmor, container, func(a appArmor, container []byte) int {
		if bytes.Compare(a.container, container) <= 0 {
			return -1
		}
		return 1
	})
	if behind == 0 || !bytes.Equal(m.appArmor[behind-1].container, container) {
		return nil
	}
	return m.appArmor[behind-1].profile
}

func (m *metadata) readOwner(reference []byte) error {
	var owner workload.Owner
	controls := false
	f := fieldsOf(reference)
	for f.next() {
		switch f.number {
		case ownerKind:
			owner.Kind = text(f.bytes())
		case ownerName:
			owner.Name = text(f.bytes())
		case ownerAPIVersion:
			owner.APIVersion = text(f.bytes())
		case ownerController:
			controls = f.bool()
		}
	}
	if controls && !m.controlled {
		m.controlled, m.controller = true, owner
	}
	return f.err
}

// readTime returns a time in seconds since 1970; the API has no fractions of a second.
// set is false if the message is empty, which means that there is no time.
func readTime(message []byte) (seconds int64, set bool, err error) {
	f := fieldsOf(message)
	for f.next() {
		if f.number == timeSeconds {
			seconds = f.int()
		}
	}
	return seconds, len(message) > 0, f.err
}
