package sparse

import (
	"bytes"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// rolloutHash is what an Argo Rollout puts on its pods where a Deployment puts
// pod-template-hash.
const rolloutHash = "rollouts-pod-template-hash"

// metadata is what is read of an ObjectMeta. Its slices point into the message.
type metadata struct {
	namespace, name, uid, resourceVersion []byte

	created          int64 // in seconds since 1970
	createdSet       bool  // whether there is a time at all
	controlled       bool  // whether there is a controller
	controller       controller
	templateHash     []byte // values of the two labels that name a workload's revision
	rolloutHash      []byte
	initialEventsEnd bool
	appArmor         []appArmor
}

// controller is the first owner reference that is the controller's.
type controller struct{ apiVersion, kind, name []byte }

// appArmor is a legacy AppArmor annotation.
type appArmor struct{ container, profile []byte }

// The numbers of the fields, here and below, are those of the API's
// generated.proto, which never change:
// https://github.com/kubernetes/apimachinery/blob/v0.37.2/pkg/apis/meta/v1/generated.proto
func (m *metadata) read(message []byte) error {
	f := fieldsOf(message)
	for f.next() {
		switch f.number {
		case 1:
			m.name = f.bytes()
		case 3:
			m.namespace = f.bytes()
		case 5:
			m.uid = f.bytes()
		case 6:
			m.resourceVersion = f.bytes()
		case 8:
			var err error
			m.created, m.createdSet, err = readTime(f.bytes())
			f.fail(err)
		case 11:
			m.readLabel(f.entry())
		case 12:
			m.readAnnotation(f.entry())
		case 13:
			f.fail(m.readOwner(f.bytes()))
		}
	}
	return f.err
}

func (m *metadata) readLabel(key, value []byte) {
	switch string(key) {
	case appsv1.DefaultDeploymentUniqueLabelKey:
		m.templateHash = value
	case rolloutHash:
		m.rolloutHash = value
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

// profileOf returns the value of a container's AppArmor annotation. Of two
// entries of a map with the same key, the last holds.
func (m *metadata) profileOf(container []byte) []byte {
	for i := len(m.appArmor) - 1; i >= 0; i-- {
		if bytes.Equal(m.appArmor[i].container, container) {
			return m.appArmor[i].profile
		}
	}
	return nil
}

func (m *metadata) readOwner(reference []byte) error {
	var owner controller
	controls := false
	f := fieldsOf(reference)
	for f.next() {
		switch f.number {
		case 1:
			owner.kind = f.bytes()
		case 3:
			owner.name = f.bytes()
		case 5:
			owner.apiVersion = f.bytes()
		case 6:
			controls = f.bool()
		}
	}
	if controls && !m.controlled {
		m.controlled, m.controller = true, owner
	}
	return f.err
}

// readTime returns a time in whole seconds, which is all that the API has. An
// empty message is no time.
func readTime(message []byte) (seconds int64, set bool, err error) {
	f := fieldsOf(message)
	for f.next() {
		if f.number == 1 {
			seconds = f.int()
		}
	}
	return seconds, len(message) > 0, f.err
}
