package controllers

import (
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

// podChanged lets through what changes what posture is told of a pod. To score
// both sides takes less than to compare them field by field, and leaves no
// field out: a change of status, of most metadata, or of an image ends here.
func podChanged() predicate.TypedPredicate[*corev1.Pod] {
	return predicate.TypedFuncs[*corev1.Pod]{
		CreateFunc: func(e event.TypedCreateEvent[*corev1.Pod]) bool { return !e.IsInInitialList },
		UpdateFunc: func(e event.TypedUpdateEvent[*corev1.Pod]) bool {
			before, after := toPosture(e.ObjectOld), toPosture(e.ObjectNew)
			return !before.Equal(&after)
		},
	}
}

// appearsOrGoes lets through that a namespace appears or goes.
func appearsOrGoes() predicate.TypedPredicate[*corev1.Namespace] {
	return predicate.TypedFuncs[*corev1.Namespace]{
		CreateFunc: func(e event.TypedCreateEvent[*corev1.Namespace]) bool { return !e.IsInInitialList },
		UpdateFunc: func(event.TypedUpdateEvent[*corev1.Namespace]) bool { return false },
	}
}
