package controllers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
	// Shard owns the namespaces that are put.
	Shard Shard
}

// SetupWithManager registers the reconciler with a manager whose cache is made
// with CacheOptions.
func (r *NamespaceReconciler) SetupWithManager(mgr manager.Manager) error {
	enqueue := &handler.TypedEnqueueRequestForObject[*metav1.PartialObjectMetadata]{}
	return setup(mgr, "namespace", newNamespace(), appearsOrGoes[*metav1.PartialObjectMetadata](), enqueue, r, func(ctx context.Context) error {
		var namespaces metav1.PartialObjectMetadataList
		namespaces.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("NamespaceList"))
		if err := r.List(ctx, &namespaces); err != nil {
			return err
		}
		for i := range namespaces.Items {
			r.put(namespaces.Items[i].Name)
		}
		r.Store.NamespacesSynced()
		return nil
	})
}

// newNamespace returns an empty namespace, of which the metadata alone is watched.
func newNamespace() *metav1.PartialObjectMetadata {
	namespace := &metav1.PartialObjectMetadata{}
	namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	return namespace
}

// Reconcile implements reconcile.Reconciler.
func (r *NamespaceReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	if err := r.Get(ctx, req.NamespacedName, newNamespace()); apierrors.IsNotFound(err) {
		r.Store.DeleteNamespace(req.Name)
		return ctrl.Result{}, nil
	} else if err != nil {
		return ctrl.Result{}, err
	}
	r.put(req.Name)
	return ctrl.Result{}, nil
}

// put puts a namespace of the shard. The API server shards by the namespace
// that an object is in, and these are in none.
func (r *NamespaceReconciler) put(name string) {
	if r.Shard.Owns(name) {
		r.Store.PutNamespace(name)
	}
}
