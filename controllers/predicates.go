package controllers

import (
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/podscore/podscore/sparse"
)

// podChanged lets through what changes anything that is known of a pod: a
// change of status, of most metadata, or of an image ends here. seen is told
// of all of them, but of pods that appear, also in place of another: those have
// to be put first.
func podChanged(seen func(*sparse.Pod)) predicate.TypedPredicate[*sparse.Pod] {
	return predicate.TypedFuncs[*sparse.Pod]{
		CreateFunc: func(e event.TypedCreateEvent[*sparse.Pod]) bool { return !e.IsInInitialList },
		UpdateFunc: func(e event.TypedUpdateEvent[*sparse.Pod]) bool {
			if e.ObjectOld.GetUID() == e.ObjectNew.GetUID() {
				seen(e.ObjectNew)
			}
			return !e.ObjectOld.Equal(e.ObjectNew)
		},
		DeleteFunc: func(e event.TypedDeleteEvent[*sparse.Pod]) bool {
			seen(e.Object)
			return true
		},
	}
}

// appearsOrGoes lets through that something appears or goes.
func appearsOrGoes[T client.Object]() predicate.TypedPredicate[T] {
	return predicate.TypedFuncs[T]{
		CreateFunc: func(e event.TypedCreateEvent[T]) bool { return !e.IsInInitialList },
		UpdateFunc: func(event.TypedUpdateEvent[T]) bool { return false },
	}
}
