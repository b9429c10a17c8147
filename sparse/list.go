package sparse

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// PodList is a list of pods. It implements client.ObjectList.
type PodList struct {
	metav1.ListMeta
	// Items are pointers, so that a pod that is kept does not keep the others.
	Items []*Pod
}

// GetObjectKind implements runtime.Object.
func (l *PodList) GetObjectKind() schema.ObjectKind { return schema.EmptyObjectKind }

// DeepCopyObject implements runtime.Object.
func (l *PodList) DeepCopyObject() runtime.Object {
	clone := &PodList{ListMeta: *l.DeepCopy()}
	for _, pod := range l.Items {
		clone.Items = append(clone.Items, pod.DeepCopyObject().(*Pod))
	}
	return clone
}

// Reset empties the list; the decoders call it.
func (l *PodList) Reset() { *l = PodList{} }

// Unmarshal reads a PodList message. It keeps nothing of data, and returns an error as
// Pod.Unmarshal does.
func (l *PodList) Unmarshal(data []byte) error {
	f := fieldsOf(data)
	for f.next() {
		switch f.number {
		case listMeta:
			f.fail(l.ListMeta.Unmarshal(f.bytes()))
		case listItems:
			pod := new(Pod)
			f.fail(pod.Unmarshal(f.bytes()))
			l.Items = append(l.Items, pod)
		}
	}
	return f.err
}

// UnmarshalJSON reads a list from JSON.
func (l *PodList) UnmarshalJSON(data []byte) error { return readJSON(data, &corev1.PodList{}, l) }

// AddToScheme registers Pod and PodList in place of corev1's types, and the types of
// metav1 that requests need. corev1 must not be registered in the same scheme.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypeWithName(corev1.SchemeGroupVersion.WithKind("Pod"), &Pod{})
	scheme.AddKnownTypeWithName(corev1.SchemeGroupVersion.WithKind("PodList"), &PodList{})
	metav1.AddToGroupVersion(scheme, corev1.SchemeGroupVersion)
	return nil
}
