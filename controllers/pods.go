package controllers

import (
	"context"
	"iter"

	"github.com/go-logr/logr"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// PodStore is what is told of the pods. A scope is a watch: the namespace that it
// is on, or "" for the whole cluster.
type PodStore interface {
	// Replace takes in all pods that there are in a scope at a resource version.
	Replace(scope string, version uint64, pods iter.Seq[posture.Pod])
	// Put takes in a pod that appears or changes.
	Put(posture.Pod)
	// Delete takes in that a pod is gone at a resource version.
	Delete(namespace, name string, version uint64)
	// Reached takes in that nothing more happened in a scope until a resource version.
	Reached(scope string, version uint64)
}

// podSink puts what a watch tells of pods. They come with the facts that the checks
// found: sparse scores a shape as it reads the first pod that has it.
type podSink struct {
	*Reflectors
	scope  string
	log    logr.Logger
	ctx    context.Context // of the process
	listed bool
}

func (s *podSink) begin(ctx context.Context) { s.ctx = ctx }

// Add implements cache.ReflectorStore.
func (s *podSink) Add(object any) error {
	s.Store.Put(s.known(object.(*sparse.Pod)))
	return nil
}

// Update implements cache.ReflectorStore.
func (s *podSink) Update(object any) error { return s.Add(object) }

// Delete implements cache.ReflectorStore.
func (s *podSink) Delete(object any) error {
	pod := object.(*sparse.Pod)
	s.Store.Delete(pod.GetNamespace(), pod.GetName(), versionOf(pod.GetResourceVersion()))
	return nil
}

// Bookmark implements cache.ReflectorBookmarkStore.
func (s *podSink) Bookmark(version string) error {
	s.Store.Reached(s.scope, versionOf(version))
	return nil
}

// Replace implements cache.ReflectorStore. The first time, what happened since
// others counted last is put before.
func (s *podSink) Replace(objects []any, version string) error {
	var since uint64
	if !s.listed && s.Noted != nil {
		note, err := s.Noted(s.ctx)
		if err != nil {
			return err
		}
		since = s.catchUp(note, objects)
	}
	s.Store.Replace(s.scope, versionOf(version), func(yield func(posture.Pod) bool) {
		for _, object := range objects {
			pod := s.known(object.(*sparse.Pod))
			if since > 0 { // else it is not known when it became what it is
				pod.Version = min(pod.Version, since)
			}
			if !yield(pod) {
				return
			}
		}
	})
	if !s.listed {
		s.listed = true
		s.log.Info("Scored the pods that were there", "pods", len(objects), "namespace", s.scope)
	}
	return nil
}

// catchUp puts what has happened since others counted last, of pods that appeared
// since. It returns from which resource version on it has; 0 where nobody ever
// counted, or where that is not known any more.
func (s *podSink) catchUp(note *posture.Note, objects []any) (since uint64) {
	if note == nil || note.Since(s.scope) == 0 {
		return 0
	}
	var newest uint64
	for _, object := range objects {
		newest = max(newest, versionOf(object.(*sparse.Pod).GetResourceVersion()))
	}
	since = note.Since(s.scope)
	if err := s.replay(since, newest); err != nil {
		s.log.Info("The API server does not remember what happened since a replica counted last: pods count as newly observed by their creation time", "reason", told(err).Error())
		return 0
	}
	return since
}

// Resync implements cache.ReflectorStore.
func (s *podSink) Resync() error { return nil }

// known returns what the store is told of a pod, and tells the log once of what
// podscore does not know of it.
func (r *Reflectors) known(pod *sparse.Pod) posture.Pod {
	for _, field := range pod.Unknown() {
		if _, told := r.unknown.LoadOrStore(field, true); !told {
			r.Cluster.Log.Info("The API server has a field of security contexts that this podscore does not know, and no check looks at it: take a podscore that knows the cluster's version of Kubernetes", "field", field)
		}
	}
	return toPosture(pod)
}

// toPosture returns what the store is told of a pod.
func toPosture(pod *sparse.Pod) posture.Pod {
	return posture.Pod{
		Namespace: pod.GetNamespace(),
		Name:      pod.GetName(),
		UID:       string(pod.GetUID()),
		Version:   versionOf(pod.GetResourceVersion()),
		Created:   pod.GetCreationTimestamp().Time,
		Workload:  pod.Workload(),
		Facts:     pod.Facts(),
	}
}
