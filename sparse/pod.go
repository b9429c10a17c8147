package sparse

import (
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Pod is a pod of which only a few things are known. It implements
// client.Object; it is read-only, and its setters do nothing.
type Pod struct {
	unread

	namespace *string
	workload  *workload.Workload // nil for a pod of its own
	shape     *shape

	// The name, the uid and the resource version, one after the other in one
	// string, because every string of its own costs a header and a remainder.
	text            string
	nameEnd, uidEnd uint32

	created          int64 // in seconds since 1970, only if createdSet
	createdSet       bool
	finished         bool
	initialEventsEnd bool
}

// shape is what is known of all pods of which the checks read the same.
type shape struct {
	facts   securitycontext.Facts
	unknown []string // shared asks for a pointer, and here is one
}

// finished are the facts of every pod of which nothing runs.
var finished = &securitycontext.Facts{Finished: true}

// Bookmark returns what a watch's bookmark carries: how far the watch has come,
// as a resource version, and nothing else.
func Bookmark(resourceVersion string) *Pod { return &Pod{text: resourceVersion} }

// Facts returns what the checks say of the pod. Pods of one shape share it, and
// whoever keeps it keeps the shape: the next such pod is not scored again.
func (p *Pod) Facts() *securitycontext.Facts {
	switch {
	case p.finished:
		return finished
	case p.shape == nil:
		return &securitycontext.Facts{}
	}
	return &p.shape.facts
}

// Workload returns what the pod belongs to.
func (p *Pod) Workload() workload.Workload {
	if p.workload == nil {
		return workload.Workload{Kind: "Pod", Name: p.GetName()}
	}
	return *p.workload
}

// Unknown returns the fields of the pod's security contexts that a newer API
// server sends and this podscore does not know. No check looks at them.
func (p *Pod) Unknown() []string {
	if p.shape == nil {
		return nil
	}
	return p.shape.unknown
}

// Equal tells whether all that is known of two pods is the same, apart from
// the resource version. It is quick: what is equal is shared.
func (p *Pod) Equal(other *Pod) bool {
	return p.namespace == other.namespace && p.workload == other.workload && p.shape == other.shape &&
		p.text[:p.uidEnd] == other.text[:other.uidEnd] && p.nameEnd == other.nameEnd &&
		p.created == other.created && p.createdSet == other.createdSet && p.finished == other.finished
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

// readings are used again and again: one grows with the pods that it has seen.
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

// reset forgets everything but the memory, and that too where it is more than
// pods take.
func (r *reading) reset() {
	kept := reading{key: emptied(r.key, longestKey)}
	kept.metadata.labels = emptied(r.metadata.labels, mostOfAList)
	kept.metadata.appArmor = emptied(r.metadata.appArmor, mostOfAList)
	kept.spec.owned = emptied(r.spec.owned, mostOfAList)
	for list := range r.spec.containers {
		kept.spec.containers[list] = emptied(r.spec.containers[list], mostOfAList)
	}
	*r = kept
}

// longestKey is of how many bytes of keys the memory is kept from one pod to the next.
const longestKey = 1 << 16

// mostOfAList is of how many elements the memory is kept from one pod to the next.
const mostOfAList = 256

// emptied returns a list without its elements, of which nothing stays behind. It
// is of no memory where it had more than most.
func emptied[T any](list []T, most int) []T {
	if cap(list) > most {
		return nil
	}
	clear(list)
	return list[:0]
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
