package controllers

import (
	"errors"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// A streamed list is given up when it makes no progress for a third of
// --watch-stalled-after, and in any case when it has not ended after twice
// --watch-stalled-after: the API server itself ends every watch after ten minutes at the latest.
const (
	noProgressDivisor = 3
	maxStalls         = 2
	// retryStreamAfter is for how long lists are requested in pages after a streamed list
	// that did not end.
	retryStreamAfter = 12 * time.Hour
)

// errEndless is the error of a streamed list without the bookmark that ends it.
var errEndless = errors.New("the API server streams a list and does not say where it ends")

// streamedList is the state of the list that a watch begins with, until the bookmark that
// ends it.
type streamedList struct {
	opened time.Time
	moved  time.Time // when the last event came that was surely part of the list
	newest uint64    // the highest resource version so far
}

// add records an event, and reports whether it ends the list. The objects of the list come
// in the order of their names, and later events in the order of resource versions: an
// object with a lower resource version than one before it is part of the list.
func (l *streamedList) add(event watch.Event, now time.Time) (ends bool) {
	object, err := meta.Accessor(event.Object)
	if err != nil {
		return false
	}
	if event.Type == watch.Bookmark && object.GetAnnotations()[metav1.InitialEventsAnnotationKey] == "true" {
		return true
	}
	resourceVersion := parseResourceVersion(object.GetResourceVersion())
	if resourceVersion < l.newest {
		l.moved = now
	}
	l.newest = max(l.newest, resourceVersion)
	return false
}

// deadline returns when the list is given up, unless it makes progress or ends before.
func (l *streamedList) deadline(stalled time.Duration) time.Time {
	progress, end := l.moved.Add(stalled/noProgressDivisor), l.opened.Add(maxStalls*stalled)
	if end.Before(progress) {
		return end
	}
	return progress
}

// stopStreaming is called when a streamed list did not end. Lists are requested in pages
// for retryStreamAfter from now on.
func (w *listerWatcher) stopStreaming() {
	resource, _, _ := strings.Cut(w.name, "/")
	log := w.log.WithValues("resource", resource)
	w.watches.Restarted(w.name)
	if w.pagedUntil.IsZero() {
		log.Info("The API server, or a proxy before it, streams a list and never marks its end: podscore reads lists in pages instead")
	} else {
		log.V(1).Info("Streamed lists still have no end")
	}
	w.pagedUntil = time.Now().Add(retryStreamAfter)
}
