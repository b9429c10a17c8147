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
	failing map[string]failure // by verb; what its last attempt said
}

type failure struct {
	why string
	err error
}

// NewWatches returns what keeps track of the watches on the resources.
func NewWatches(resources ...string) *Watches {
	w := &Watches{resources: map[string]*watch{}}
	for _, resource := range resources {
		w.resources[resource] = &watch{Watch: Watch{Resource: resource}, failing: map[string]failure{}}
	}
	return w
}

// Active takes in that an event or a bookmark came.
func (w *Watches) Active(resource string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.resources[resource].LastActivity = at
}

// Expired takes in that a watch fell behind and has to start again, which is
// an error to count and no failure.
func (w *Watches) Expired(resource string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.resources[resource].Errors++
}

// Failed takes in that a request failed, or that a running watch ended with an
// error, and why. It returns false where the last attempt of this verb failed
// for the same reason.
func (w *Watches) Failed(resource, verb, why string, err error) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	watch := w.resources[resource]
	watch.Errors++
	before := watch.failing[verb]
	watch.failing[verb] = failure{why, err}
	return before.why != why
}

// Worked takes in that a request was answered. A watch that is answered makes
// up for a list that failed: it lists too, or follows one. It returns false
// where nothing that it makes up for failed before.
func (w *Watches) Worked(resource, verb string) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	failing := w.resources[resource].failing
	before := len(failing)
	delete(failing, verb)
	if verb == "watch" {
		delete(failing, "list")
	}
	return len(failing) < before
}

// Err returns what the last attempts on a resource said; nil when they worked.
func (w *Watches) Err(resource string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	failing := w.resources[resource].failing
	for _, verb := range slices.Sorted(maps.Keys(failing)) {
		return failing[verb].err
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
