package posture

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// In takes in which namespace a watch is about; none for all.
func (w *Watches) In(name, namespace string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches[name].namespace = namespace
}

// Asks takes in that there is no watch, and that a list or a watch is asked for.
func (w *Watches) Asks(name string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if watch := w.watches[name]; watch.deaf.IsZero() {
		watch.deaf = at
	}
}

// Hears takes in that a watch goes on from a whole list, or from where the one
// before it ended.
func (w *Watches) Hears(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches[name].heard, w.watches[name].deaf = true, time.Time{}
}

// Err returns what the last attempts on a resource said; or that a watch on it has
// been silent for too long, or what it waits for; nil when all is well.
func (w *Watches) Err(resource string, now time.Time, silence time.Duration) (err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(w.watches)) {
		watch := w.watches[name]
		if watch.Resource != resource {
			continue
		}
		if verbs := slices.Sorted(maps.Keys(watch.failing)); len(verbs) > 0 {
			return watch.failing[verbs[0]].err
		}
		if err == nil {
			err = watch.unheard(now, silence)
		}
	}
	return err
}

// unheard tells that a watch, of which no attempt failed, is not heard.
func (w *watch) unheard(now time.Time, silence time.Duration) error {
	silent := now.Sub(w.LastActivity)
	switch {
	case !w.heard || !w.deaf.IsZero() && now.Sub(w.deaf) > silence:
		return fmt.Errorf("waiting for %s", w.waitsFor())
	case silent > silence && !w.LastActivity.IsZero():
		return fmt.Errorf("the API server has told nothing of %s for %s", w.what(), silent.Round(time.Second))
	}
	return nil
}

// Waiting names what the first full pass waits for: the lists that have no end
// yet, or no watch that goes on from there.
func (w *Watches) Waiting() (lists []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(w.watches)) {
		if watch := w.watches[name]; !watch.heard {
			lists = append(lists, watch.waitsFor())
		}
	}
	return lists
}

// Unheard returns for how long the API server has not been heard on the watch that
// fares worst, whatever the reason: since that watch ended, and no other goes on
// from there; or since its last event or bookmark, where that is longer ago than
// silence. It is 0 while all watches tell something. What is reported may be as
// old as this.
func (w *Watches) Unheard(now time.Time, silence time.Duration) (worst time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, watch := range w.watches {
		if !watch.deaf.IsZero() {
			worst = max(worst, now.Sub(watch.deaf))
		}
		if silent := now.Sub(watch.LastActivity); silent > silence && !watch.LastActivity.IsZero() {
			worst = max(worst, silent)
		}
	}
	return worst
}

// what a watch is about.
func (w *watch) what() string {
	if w.namespace == "" {
		return w.Resource
	}
	return w.Resource + " in the namespace " + w.namespace
}

func (w *watch) waitsFor() string {
	if w.deaf.IsZero() {
		return fmt.Sprintf("the list of %s", w.what())
	}
	return fmt.Sprintf("the list of %s to end and a watch to go on from there, since %s", w.what(), w.deaf.UTC().Format(time.RFC3339))
}
