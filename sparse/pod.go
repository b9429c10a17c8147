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

// Pod is what podscore reads of a pod. It implements client.Object. It is read-only:
// its setters do nothing.
type Pod struct {
	unread

	namespace *string
	workload  *workload.Workload // nil if the pod itself is its workload
	identity  *identity

	// text is the name, the UID and the resource version in one string: three strings
	// would take two more headers and two more allocations.
	text            string
	nameEnd, uidEnd uint32 // in text

	created          int64 // in seconds since 1970, if createdSet
	createdSet       bool
	finished         bool
	initialEventsEnd bool
}

// shape is what pods have in common of which the checks read the same. Where a container
// fails, the facts in its identity have no containers: named adds their names and images.
type shape struct {
	identity
	failing []failing
	unknown []string
}

// failing is a container that fails checks.
type failing struct {
	index  uint32 // over all lists of containers
	failed securitycontext.CheckSet
}

// identity is what pods of a shape have in common whose failing containers have the
// same names and images.
type identity struct {
	facts securitycontext.Facts
	shape *shape
}

// finished are the facts of every finished pod.
var finished = &securitycontext.Facts{Finished: true}

// Bookmark returns a bookmark of a watch, which has a resource version and nothing
// else.
func Bookmark(resourceVersion string) *Pod { return &Pod{text: resourceVersion} }

// Facts returns the results of the checks. Pods of the same shape share them, if their
// failing containers have the same names and images. While the caller keeps them, the
// shape is kept, and other pods of it are not scored again.
// A bookmark has empty ones.
func (p *Pod) Facts() *securitycontext.Facts {
	switch {
	case p.finished:
		return finished
	case p.identity == nil:
		return &securitycontext.Facts{}
	}
	return &p.identity.facts
}

// Workload returns the workload that the pod belongs to.
func (p *Pod) Workload() workload.Workload {
	if p.workload == nil {
		return workload.Workload{Kind: "Pod", Name: p.GetName()}
	}
	return *p.workload
}

// Unknown returns the fields of the pod's security contexts that this version of the
// API's library does not know, because the API server is newer. No check reads them.
func (p *Pod) Unknown() []string {
	if p.identity == nil {
		return nil
	}
	return p.identity.shape.unknown
}

// Equal reports whether two pods are equal in everything but the resource version. It
// compares pointers where equal values are shared.
func (p *Pod) Equal(other *Pod) bool {
	return p.namespace == other.namespace && p.workload == other.workload && p.identity == other.identity &&
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

// GetAnnotations implements metav1.Object. It returns only the annotation that marks,
// on a bookmark, the end of a streamed list; without it a reflector never syncs. On a
// pod, which has a name, the author may have set it, and it is not returned.
func (p *Pod) GetAnnotations() map[string]string {
	if !p.initialEventsEnd {
		return nil
	}
	return map[string]string{metav1.InitialEventsAnnotationKey: "true"}
}

// GetObjectKind implements runtime.Object.
func (p *Pod) GetObjectKind() schema.ObjectKind { return schema.EmptyObjectKind }

// DeepCopyObject implements runtime.Object. It copies no pointers' targets, because
// they never change.
func (p *Pod) DeepCopyObject() runtime.Object {
	clone := *p
	return &clone
}

// Reset empties the pod; the decoders call it.
func (p *Pod) Reset() { *p = Pod{} }

// readings pools readings, whose lists have grown to the size that pods need.
var readings = sync.Pool{New: func() any { return new(reading) }}

// Unmarshal reads a Pod message. It keeps nothing of data. It returns an error if the
// parts that it reads are not valid; parts that it skips are not checked.
func (p *Pod) Unmarshal(data []byte) error {
	r := readings.Get().(*reading)
	defer func() {
		r.reset() // else it would keep data until it is used again
		readings.Put(r)
	}()
	if err := r.read(data); err != nil {
		return fmt.Errorf("not a pod as the API server writes it: %w", err)
	}
	if err := p.fill(r); err != nil {
		return fmt.Errorf("pod %s/%s: %w", r.metadata.namespace, r.metadata.name, err)
	}
	return nil
}

// UnmarshalJSON reads a pod from JSON.
func (p *Pod) UnmarshalJSON(data []byte) error { return readJSON(data, &corev1.Pod{}, p) }

// reading is what was read of a pod's message, before anything is copied: it points
// into the message.
type reading struct {
	metadata metadata
	spec     spec
	phase    []byte
	key      []byte // a buffer for keys of shared values
}

func (r *reading) read(data []byte) error {
	f := fieldsOf(data)
	for f.next() {
		switch f.number {
		case podMetadata:
			f.fail(r.metadata.read(f.bytes()))
		case podSpec:
			f.fail(r.spec.read(f.bytes()))
		case podStatus:
			f.fail(r.readStatus(f.bytes()))
		}
	}
	return f.err
}

// reset clears the values and keeps the capacity of the lists, unless it is larger
// than pods usually need.
func (r *reading) reset() {
	kept := reading{key: emptied(r.key, maxKeptKey)}
	kept.metadata.labels = emptied(r.metadata.labels, maxKeptElements)
	kept.metadata.appArmor = emptied(r.metadata.appArmor, maxKeptElements)
	kept.spec.owned = emptied(r.spec.owned, maxKeptElements)
	for list := range r.spec.containers {
		kept.spec.containers[list] = emptied(r.spec.containers[list], maxKeptElements)
	}
	*r = kept
}

// maxKeptKey is the largest capacity of the key that is kept for the next pod, in bytes.
const maxKeptKey = 1 << 16

// maxKeptElements is the largest capacity of a list that is kept for the next pod.
const maxKeptElements = 256

// emptied returns the list with length 0 and cleared elements, or nil if its capacity
// is more than most.
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
