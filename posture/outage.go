package posture

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// SetNamespace is called with the namespace that a watch is about; "" for all.
func (w *Watches) SetNamespace(name, namespace string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches[name].namespace = namespace
}

// Connecting is called when there is no established watch, and a list or a watch is
// requested at this time.
func (w *Watches) Connecting(name string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if watch := w.watches[name]; watch.downSince.IsZero() {
		watch.downSince = at
	}
}

// Established is called when a watch is established: it continues from a complete list, or
// from where the watch before it ended.
func (w *Watches) Established(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches[name].established, w.watches[name].downSince = true, time.Time{}
}

// Err returns why the results of a resource are not up to date: the error of the last
// attempt; or that a watch waits for its list; or that the API server has sent
// nothing for longer than stalledAfter. It is nil if all is well.
func (w *Watches) Err(resource string, now time.Time, stalledAfter time.Duration) (err error) {
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
			err = watch.stalled(now, stalledAfter)
		}
	}
	return err
}

// stalled returns an error if a watch, of which no attempt failed, is not established
// now, or never was, or has been silent for too long.
func (w *watch) stalled(now time.Time, stalledAfter time.Duration) error {
	silent := now.Sub(w.LastActivity)
	switch {
	case !w.established || !w.downSince.IsZero() && now.Sub(w.downSince) > stalledAfter:
		return fmt.Errorf("waiting for %s", w.awaited())
	case silent > stalledAfter && !w.LastActivity.IsZero():
		return fmt.Errorf("the API server has told nothing of %s for %s", w.subject(), silent.Round(time.Second))
	}
	return nil
}

// Waiting names the lists that the first full pass waits for: those that have not
// ended yet, or that no watch continues from yet.
func (w *Watches) Waiting() (lists []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(w.watches)) {
		if watch := w.watches[name]; !watch.established {
			lists = append(lists, watch.awaited())
		}
	}
	return lists
}

// Outage returns how old results may be: the longest time for which nothing was
// received on a watch. That is the time since a watch ended and was not established
// again, or since its last event or bookmark if that is longer ago than stalledAfter. It
// is 0 while all watches are well.
func (w *Watches) Outage(now time.Time, stalledAfter time.Duration) (longest time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, watch := range w.watches {
		if !watch.downSince.IsZero() {
			longest = max(longest, now.Sub(watch.downSince))
		}
		if silent := now.Sub(watch.LastActivity); silent > stalledAfter && !watch.LastActivity.IsZero() {
			longest = max(longest, silent)
		}
	}
	return longest
}

// subject returns what a watch is about, such as "pods in the namespace shop".
func (w *watch) subject() string {
	if w.namespace == "" {
		return w.Resource
	}
	return w.Resource + " in the namespace " + w.namespace
}

// awaited returns what a watch waits for until it is established.
func (w *watch) awaited() string {
	if w.downSince.IsZero() {
		return fmt.Sprintf("the list of %s", w.subject())
	}
	return fmt.Sprintf("the list of %s to end and a watch to go on from there, since %s", w.subject(), w.downSince.UTC().Format(time.RFC3339))
}
