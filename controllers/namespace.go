package controllers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// NamespaceStore is what a NamespaceReconciler tells of the namespaces.
type NamespaceStore interface {
	// PutNamespace takes in that a namespace exists.
	PutNamespace(name string)
	// DeleteNamespace takes in that a namespace is gone.
	DeleteNamespace(name string)
	// NamespacesSynced takes in that every namespace that was there at the start is put.
	NamespacesSynced()
}

// NamespaceReconciler puts every namespace that appears or goes, so that one
// without pods shows zeros and one that was deleted shows nothing.
type NamespaceReconciler struct {
	// Reader reads namespaces from the manager's cache.
	client.Reader
	// Store is told of the namespaces.
	Store NamespaceStore
}

// SetupWithManager registers the reconciler with a manager whose cache is made
// with CacheOptions.
func (r *NamespaceReconciler) SetupWithManager(mgr manager.Manager) error {
	return setup(mgr, "namespace", &corev1.Namespace{}, appearsOrGoes(), &handler.TypedEnqueueRequestForObject[*corev1.Namespace]{}, r, func(ctx context.Context) error {
		var namespaces corev1.NamespaceList
		if err := r.List(ctx, &namespaces); err != nil {
			return err
		}
		for i := range namespaces.Items {
			r.Store.PutNamespace(namespaces.Items[i].Name)
		}
		r.Store.NamespacesSynced()
		return nil
	})
}

// Reconcile implements reconcile.Reconciler.
func (r *NamespaceReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var namespace corev1.Namespace
	if err := r.Get(ctx, req.NamespacedName, &namespace); apierrors.IsNotFound(err) {
		r.Store.DeleteNamespace(req.Name)
		return ctrl.Result{}, nil
	} else if err != nil {
		return ctrl.Result{}, err
	}
	r.Store.PutNamespace(namespace.Name)
	return ctrl.Result{}, nil
}
