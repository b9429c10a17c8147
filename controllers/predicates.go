package controllers

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

// podChanged lets through what may change a pod's result. Cached pods hold no
// more than that, so two that differ in nothing but their resource version
// are the same to the checks: a change of status alone ends here.
func podChanged() predicate.TypedPredicate[*corev1.Pod] {
	return predicate.TypedFuncs[*corev1.Pod]{
		CreateFunc: func(e event.TypedCreateEvent[*corev1.Pod]) bool { return !e.IsInInitialList },
		UpdateFunc: func(e event.TypedUpdateEvent[*corev1.Pod]) bool {
			before, after := *e.ObjectOld, *e.ObjectNew
			before.ResourceVersion = after.ResourceVersion
			return !equality.Semantic.DeepEqual(&before, &after)
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
