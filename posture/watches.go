package posture

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Watches keeps how the watches on the API server fare, so that a snapshot's
// reader can tell what is from what was. All methods may be called at any
// time from any goroutine.
type Watches struct {
	mu        sync.Mutex
	resources map[string]*watch
}

// Watch is how the watch on one resource fares.
type Watch struct {
	// Resource is the resource's plural name, such as "pods".
	Resource string
	// LastActivity is when the last event or bookmark came; zero before the first.
	LastActivity time.Time
	// Errors counts the lists and watches that failed.
	Errors uint64
}

type watch struct {
	Watch
	failing map[string]error // by verb; what its last attempt said
}

// NewWatches returns what keeps track of the watches on the resources.
func NewWatches(resources ...string) *Watches {
	w := &Watches{resources: map[string]*watch{}}
	for _, resource := range resources {
		w.resources[resource] = &watch{Watch: Watch{Resource: resource}, failing: map[string]error{}}
	}
	return w
}

// Active takes in that an event or a bookmark came.
func (w *Watches) Active(resource string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.resources[resource].LastActivity = at
}

// Failed takes in that a request failed, or that a running watch ended with an
// error. It returns false where the last attempt of this verb failed alike.
func (w *Watches) Failed(resource, verb string, err error) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	watch := w.resources[resource]
	watch.Errors++
	before := watch.failing[verb]
	watch.failing[verb] = err
	return before == nil || before.Error() != err.Error()
}

// Worked takes in that a request was answered. It returns false where the last
// attempt of this verb was answered too.
func (w *Watches) Worked(resource, verb string) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	failing := w.resources[resource].failing
	_, changed = failing[verb]
	delete(failing, verb)
	return changed
}

// Err returns what the last attempts on a resource said; nil when they worked.
func (w *Watches) Err(resource string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	failing := w.resources[resource].failing
	for _, verb := range slices.Sorted(maps.Keys(failing)) {
		return failing[verb]
	}
	return nil
}

// Snapshot returns how every watch fares, by resource.
func (w *Watches) Snapshot() []Watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Watch
	for _, watch := range w.resources {
		all = append(all, watch.Watch)
	}
	slices.SortFunc(all, func(a, b Watch) int { return strings.Compare(a.Resource, b.Resource) })
	return all
}
