package sparse

import (
	"fmt"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/podscore/podscore/securitycontext"
)

// Pod is a pod of which only a few things are known. It implements
// client.Object; it is read-only, and its setters do nothing.
type Pod struct {
	unread

	namespace *string
	owner     *owner // nil when nothing controls the pod
	outcome   *outcome

	// The name, the uid and the resource version, one after the other in one
	// string, because every string of its own costs a header and a remainder.
	text            string
	nameEnd, uidEnd uint32

	created          int64 // in seconds since 1970, only if createdSet
	createdSet       bool
	static           bool
	finished         bool
	initialEventsEnd bool
}

// owner is what a pod tells of what it belongs to.
type owner struct {
	apiVersion, kind, name    string
	templateHash, rolloutHash string
}

// outcome is what the checks say of all pods with the same security contexts.
type outcome struct {
	failed, notApplicable securitycontext.CheckSet
	unknown               []string // shared asks for a pointer, and here is one
}

// Bookmark returns what a watch's bookmark carries: how far the watch has come,
// as a resource version, and nothing else.
func Bookmark(resourceVersion string) *Pod { return &Pod{text: resourceVersion} }

// Result returns what the checks say of the pod: which fail and which do not
// apply. It has no findings: the pods that share it differ in their names.
func (p *Pod) Result() securitycontext.Result {
	if p.finished || p.outcome == nil {
		return securitycontext.Result{Finished: p.finished}
	}
	return securitycontext.Result{Failed: p.outcome.failed, NotApplicable: p.outcome.notApplicable}
}

// Unknown returns the fields of the pod's security contexts that a newer API
// server sends and this podscore does not know. No check looks at them.
func (p *Pod) Unknown() []string {
	if p.outcome == nil {
		return nil
	}
	return p.outcome.unknown
}

// Static tells whether the pod is the mirror of one that a node runs from a file.
func (p *Pod) Static() bool { return p.static }

// Equal tells whether all that is known of two pods is the same, apart from
// the resource version. It is quick: what is equal is shared.
func (p *Pod) Equal(other *Pod) bool {
	return p.namespace == other.namespace && p.owner == other.owner && p.outcome == other.outcome &&
		p.text[:p.uidEnd] == other.text[:other.uidEnd] && p.nameEnd == other.nameEnd &&
		p.created == other.created && p.createdSet == other.createdSet &&
		p.static == other.static && p.finished == other.finished
}

// GetNamespace implements metav1.Object.
func (p *Pod) GetNamespace() string {
	if p.namespace == nil {
		return ""
	}
	return *p.namespace
}

// GetName implements metav1.Object.
func (p *Pod) GetName() string { return p.text[:p.nameEnd] }

// GetUID implements metav1.Object.
func (p *Pod) GetUID() types.UID { return types.UID(p.text[p.nameEnd:p.uidEnd]) }

// GetResourceVersion implements metav1.Object.
func (p *Pod) GetResourceVersion() string { return p.text[p.uidEnd:] }

// GetCreationTimestamp implements metav1.Object.
func (p *Pod) GetCreationTimestamp() metav1.Time {
	if !p.createdSet {
		return metav1.Time{}
	}
	return metav1.Time{Time: time.Unix(p.created, 0)}
}

// GetOwnerReferences implements metav1.Object. It returns the controller's
// alone, and of that what it is and not its uid.
func (p *Pod) GetOwnerReferences() []metav1.OwnerReference {
	if p.owner == nil {
		return nil
	}
	return []metav1.OwnerReference{{
		APIVersion: p.owner.apiVersion, Kind: p.owner.kind, Name: p.owner.name, Controller: new(true),
	}}
}

// GetLabels implements metav1.Object. It returns those that tell which workload
// a ReplicaSet belongs to, where the pod has a controller.
func (p *Pod) GetLabels() map[string]string {
	if p.owner == nil {
		return nil
	}
	labels := map[string]string{}
	if p.owner.templateHash != "" {
		labels[appsv1.DefaultDeploymentUniqueLabelKey] = p.owner.templateHash
	}
	if p.owner.rolloutHash != "" {
		labels[rolloutHash] = p.owner.rolloutHash
	}
	return labels
}

// GetAnnotations implements metav1.Object. It returns the one that marks, on a
// bookmark of the API server's, the end of a list that is streamed; without it an
// informer never syncs. On what has a name it is the author's, and never returned.
func (p *Pod) GetAnnotations() map[string]string {
	if !p.initialEventsEnd {
		return nil
	}
	return map[string]string{metav1.InitialEventsAnnotationKey: "true"}
}

// GetObjectKind implements runtime.Object.
func (p *Pod) GetObjectKind() schema.ObjectKind { return schema.EmptyObjectKind }

// DeepCopyObject implements runtime.Object. What a pod points to never changes.
func (p *Pod) DeepCopyObject() runtime.Object {
	clone := *p
	return &clone
}

// Reset empties the pod, as the decoders ask for.
func (p *Pod) Reset() { *p = Pod{} }

// readings are used again and again: one grows to the largest pod that it has seen.
var readings = sync.Pool{New: func() any { return new(reading) }}

// Unmarshal reads a Pod message. Bytes that are no such message are an error
// where that can be told from the parts that are read. It keeps nothing of data.
func (p *Pod) Unmarshal(data []byte) error {
	r := readings.Get().(*reading)
	defer func() {
		r.reset() // or it would keep data until it is used again
		readings.Put(r)
	}()
	if err := r.read(data); err != nil {
		return fmt.Errorf("not a pod as the API server writes it: %w", err)
	}
	if err := p.take(r); err != nil {
		return fmt.Errorf("pod %s/%s: %w", r.metadata.namespace, r.metadata.name, err)
	}
	return nil
}

// UnmarshalJSON reads a pod from JSON.
func (p *Pod) UnmarshalJSON(data []byte) error { return readJSON(data, &corev1.Pod{}, p) }

// reading is what one pass over a pod's bytes finds, before anything is copied.
type reading struct {
	metadata metadata
	spec     spec
	phase    []byte
	key      []byte // of what is looked up last
}

func (r *reading) read(data []byte) error {
	f := fieldsOf(data)
	for f.next() {
		switch f.number {
		case 1:
			f.fail(r.metadata.read(f.bytes()))
		case 2:
			f.fail(r.spec.read(f.bytes()))
		case 3:
			f.fail(r.readStatus(f.bytes()))
		}
	}
	return f.err
}

// reset forgets everything but the memory.
func (r *reading) reset() {
	appArmor, containers, owned := r.metadata.appArmor, r.spec.containers, r.spec.owned
	key := r.key[:0]
	if cap(key) > 64*longestKey {
		key = nil
	}
	*r = reading{key: key}
	clear(appArmor)
	r.metadata.appArmor = appArmor[:0]
	clear(owned)
	r.spec.owned = owned[:0]
	for list := range containers {
		clear(containers[list])
		r.spec.containers[list] = containers[list][:0]
	}
}

func (r *reading) readStatus(message []byte) error {
	f := fieldsOf(message)
	for f.next() {
		if f.number == 1 {
			r.phase = f.bytes()
		}
	}
	return f.err
}
