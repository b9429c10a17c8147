package controllers

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// A streamed list is given up when it has not moved on for a part of
// --watch-stalled-after, and in any case when it has not ended after so many times of it:
// the API server itself ends every watch after ten minutes at the latest.
const (
	stillPart  = 3
	longestFor = 2
	// streamAgainAfter is when, after one that did not end, a list is streamed again.
	streamAgainAfter = 12 * time.Hour
)

// errEndless is the error of a streamed list whose end does not come.
var errEndless = errors.New("the API server streams a list and does not say where it ends")

// streamedList is the list that a watch begins with, until the bookmark that ends it.
type streamedList struct {
	opened time.Time
	moved  time.Time // when the last event came that was surely of the list
	newest uint64    // of all resource versions that came
}

// take looks at an event, and tells whether it ends the list. What happens comes in
// the order of resource versions, and a list by names: an object that is older
// than one before it is of the list.
func (l *streamedList) take(event watch.Event, now time.Time) (ends bool) {
	object, err := meta.Accessor(event.Object)
	if err != nil {
		return false
	}
	if event.Type == watch.Bookmark && object.GetAnnotations()[metav1.InitialEventsAnnotationKey] == "true" {
		return true
	}
	version, _ := strconv.ParseUint(object.GetResourceVersion(), 10, 64)
	if version < l.newest {
		l.moved = now
	}
	l.newest = max(l.newest, version)
	return false
}

// due is when the list has to have ended, or moved on.
func (l *streamedList) due(stalled time.Duration) time.Time {
	due, last := l.moved.Add(stalled/stillPart), l.opened.Add(longestFor*stalled)
	if last.Before(due) {
		return last
	}
	return due
}

// endless takes in that a streamed list did not end. From now on lists are asked
// for in pages.
func (w *listerWatcher) endless() {
	resource, _, _ := strings.Cut(w.name, "/")
	log := w.log.WithValues("resource", resource)
	w.watches.Restarted(w.name)
	if w.paged.IsZero() {
		log.Info("The API server streams a list and does not say where it ends, nor does a proxy before it: podscore asks for lists in pages instead")
	} else {
		log.V(1).Info("Still there are lists without an end")
	}
	w.paged = time.Now().Add(streamAgainAfter)
}
