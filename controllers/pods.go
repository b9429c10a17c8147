package controllers

import (
	"context"
	"iter"

	"github.com/go-logr/logr"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// PodStore is the part of the store that a podSink writes. A scope stands for a watch:
// the namespace that is watched, or "" for the whole cluster.
type PodStore interface {
	// Replace is called with all pods of a scope, as listed at a resource version.
	Replace(scope string, resourceVersion uint64, pods iter.Seq[posture.Pod])
	// Put is called with a pod that was added or modified.
	Put(posture.Pod)
	// Delete is called when a pod was deleted, at a resource version.
	Delete(namespace, name string, resourceVersion uint64)
	// Reached is called when all events of a scope through a resource version were
	// delivered.
	Reached(scope string, resourceVersion uint64)
}

// podSink puts the pods of one watch into the store. The pods come with the facts that
// the checks found: sparse scores a shape when it reads the first pod that has it.
type podSink struct {
	*Reflectors
	scope  string
	log    logr.Logger
	ctx    context.Context // is done when the reflector has to stop
	listed bool            // whether there was a list already
}

func (s *podSink) start(ctx context.Context) { s.ctx = ctx }

// Add implements cache.ReflectorStore.
func (s *podSink) Add(object any) error {
	s.Store.Put(s.convert(object.(*sparse.Pod)))
	return nil
}

// Update implements cache.ReflectorStore.
func (s *podSink) Update(object any) error { return s.Add(object) }

// Delete implements cache.ReflectorStore.
func (s *podSink) Delete(object any) error {
	pod := object.(*sparse.Pod)
	s.Store.Delete(pod.GetNamespace(), pod.GetName(), parseResourceVersion(pod.GetResourceVersion()))
	return nil
}

// Bookmark implements cache.ReflectorBookmarkStore.
func (s *podSink) Bookmark(resourceVersion string) error {
	s.Store.Reached(s.scope, parseResourceVersion(resourceVersion))
	return nil
}

// Replace implements cache.ReflectorStore. Before it puts the first list, it replays the
// events that no replica has counted.
func (s *podSink) Replace(objects []any, resourceVersion string) error {
	var since uint64
	if !s.listed && s.InitialNote != nil {
		note, err := s.InitialNote(s.ctx)
		if err != nil {
			return err
		}
		since = s.catchUp(note, objects)
	}
	s.Store.Replace(s.scope, parseResourceVersion(resourceVersion), func(yield func(posture.Pod) bool) {
		for _, object := range objects {
			pod := s.convert(object.(*sparse.Pod))
			if since > 0 { // the replay has put what is to be counted, and the list adds nothing
				pod.Version = min(pod.Version, since)
			}
			if !yield(pod) {
				return
			}
		}
	})
	if !s.listed {
		s.listed = true
		s.log.Info("Scored all existing pods", "pods", len(objects), "namespace", s.scope)
	}
	return nil
}

// catchUp replays the events of pods that appeared after the resource version through
// which the note says that all was counted. It returns that resource version; 0 if there
// is none, or if the API server does not have those events any more.
func (s *podSink) catchUp(note *posture.Note, objects []any) (since uint64) {
	if note == nil || note.Since(s.scope) == 0 {
		return 0
	}
	var newest uint64
	for _, object := range objects {
		newest = max(newest, parseResourceVersion(object.(*sparse.Pod).GetResourceVersion()))
	}
	since = note.Since(s.scope)
	if err := s.replay(since, newest); err != nil {
		s.log.Info("The API server no longer has the events since the last count: pods count as newly observed by their creation time", "reason", redacted(err).Error())
		return 0
	}
	return since
}

// Resync implements cache.ReflectorStore.
func (s *podSink) Resync() error { return nil }

// convert is toPosture; it also logs every unknown field of security contexts once, for all
// pods.
func (r *Reflectors) convert(pod *sparse.Pod) posture.Pod {
	for _, field := range pod.Unknown() {
		if _, logged := r.loggedFields.LoadOrStore(field, true); !logged {
			r.Cluster.Log.Info("A pod sets a field of its security context that this version of podscore does not know, and no check reads: upgrade podscore to a version for the cluster's Kubernetes", "field", field)
		}
	}
	return toPosture(pod)
}

// toPosture returns a pod as the store takes it.
func toPosture(pod *sparse.Pod) posture.Pod {
	return posture.Pod{
		Namespace: pod.GetNamespace(),
		Name:      pod.GetName(),
		UID:       string(pod.GetUID()),
		Version:   parseResourceVersion(pod.GetResourceVersion()),
		Created:   pod.GetCreationTimestamp().Time,
		Workload:  pod.Workload(),
		Facts:     pod.Facts(),
	}
}
