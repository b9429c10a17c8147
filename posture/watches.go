package posture

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Watches keeps the state of the watches on the API server, which tells how old
// results may be. A resource has one watch, whose name is the resource's, or several,
// one per namespace. All methods may be called from any goroutine at any time; those
// that take a name panic unless Open returned it, or it is a resource of NewWatches.
type Watches struct {
	mu      sync.Mutex
	watches map[string]*watch // by name
}

// Watch is the state of all watches on one resource.
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
	opened      bool
	namespace   string             // "" for all
	established bool               // whether a complete list was ever followed by a watch
	downSince   time.Time          // when the connection was lost or first attempted; zero while a watch is open
	failing     map[string]failure // by verb, if its last attempt failed
}

type failure struct {
	why string
	err error
}

// NewWatches returns the state of watches on these resources, none of which is open.
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

// Open returns the name of one more watch on a resource, for the other methods. The
// first has the resource's name.
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

// Active is called when an event or a bookmark was received.
func (w *Watches) Active(name string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches[name].LastActivity = at
}

// Restarted is called when a watch has to start again with a list, because it fell
// behind, or because the list before it did not end. That is counted as an error,
// but no attempt has failed.
func (w *Watches) Restarted(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches[name].Errors++
}

// Failed is called when a request failed, or a watch ended with an error; verb is
// "list" or "watch". It returns false if the last attempt of this verb failed for the
// same reason (why).
func (w *Watches) Failed(name, verb, why string, err error) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	watch := w.watches[name]
	watch.Errors++
	before := watch.failing[verb]
	watch.failing[verb] = failure{why, err}
	return before.why != why
}

// Worked is called when a request has succeeded. A watch that succeeds clears the
// failure of a list as well, because it streams the list or follows one. It returns
// false if there was no failure to clear.
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

// Snapshot returns the state of the watches, one entry per resource, by name.
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
