package posture

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Watches keeps how the watches on the API server fare, so that a snapshot's
// reader can tell what is from what was. A resource has one watch, which bears
// its name, and may have more, one per namespace. All methods may be called at
// any time from any goroutine.
type Watches struct {
	mu      sync.Mutex
	watches map[string]*watch // by their names
}

// Watch is how the watches on one resource fare.
type Watch struct {
	// Resource is the resource's plural name, such as "pods".
	Resource string
	// LastActivity is when the last event or bookmark came, on the watch that
	// has been silent for the longest; zero before the first.
	LastActivity time.Time
	// Errors counts the lists and watches that failed.
	Errors uint64
}

type watch struct {
	Watch
	opened    bool
	namespace string // that it is about; none for all
	heard     bool   // whether it ever went on from a whole list
	// deaf is since when there is no watch that goes on from a whole list; zero while there is.
	deaf    time.Time
	failing map[string]failure // by verb; what its last attempt said
}

type failure struct {
	why string
	err error
}

// NewWatches returns what keeps track of the watches on the resources.
func NewWatches(resources ...string) *Watches {
	w := &Watches{watches: map[string]*watch{}}
	for _, resource := range resources {
		w.watches[resource] = newWatch(resource)
	}
	return w
}

func newWatch(resource string) *watch {
	return &watch{Watch: Watch{Resource: resource}, failing: map[string]failure{}}
}

// Open returns the name under which the other methods are told of one more
// watch on a resource: the resource's own for the first.
func (w *Watches) Open(resource string) (name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name = resource
	for i := 2; w.watches[name] != nil && w.watches[name].opened; i++ {
		name = fmt.Sprintf("%s/%d", resource, i)
	}
	if w.watches[name] == nil {
		w.watches[name] = newWatch(resource)
	}
	w.watches[name].opened = true
	return name
}

// Active takes in that an event or a bookmark came.
func (w *Watches) Active(name string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches[name].LastActivity = at
}

// Restarted takes in that a watch fell behind, or that a list before it had no
// end, and that it starts again, which is an error to count and no failure.
func (w *Watches) Restarted(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches[name].Errors++
}

// Failed takes in that a request failed, or that a running watch ended with an
// error, and why. It returns false where the last attempt of this verb failed
// for the same reason.
func (w *Watches) Failed(name, verb, why string, err error) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	watch := w.watches[name]
	watch.Errors++
	before := watch.failing[verb]
	watch.failing[verb] = failure{why, err}
	return before.why != why
}

// Worked takes in that a request was answered. A watch that is answered makes
// up for a list that failed: it lists too, or follows one. It returns false
// where nothing that it makes up for failed before.
func (w *Watches) Worked(name, verb string) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	failing := w.watches[name].failing
	before := len(failing)
	delete(failing, verb)
	if verb == "watch" {
		delete(failing, "list")
	}
	return len(failing) < before
}

// Snapshot returns how the watches fare, by resource.
func (w *Watches) Snapshot() []Watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	byResource := map[string]Watch{}
	for _, watch := range w.watches {
		sum, known := byResource[watch.Resource]
		if !known || watch.LastActivity.Before(sum.LastActivity) {
			sum.LastActivity = watch.LastActivity
		}
		sum.Resource = watch.Resource
		sum.Errors += watch.Errors
		byResource[watch.Resource] = sum
	}
	return slices.SortedFunc(maps.Values(byResource), func(a, b Watch) int { return strings.Compare(a.Resource, b.Resource) })
}
