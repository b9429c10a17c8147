package controllers

import (
	"context"
	"math"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// setup registers a reconciler for one type of object. What is there at the
// start goes through pass in one go, and what changes later through the
// queue: at the start of a large cluster, a queue with every pod in it would
// take more memory than all the results.
func setup[T client.Object](
	mgr manager.Manager, name string, object T, changes predicate.TypedPredicate[T],
	enqueue handler.TypedEventHandler[T, reconcile.Request], reconciler reconcile.Reconciler, pass func(context.Context) error,
) error {
	kind := source.Kind(mgr.GetCache(), object, enqueue, changes)
	return ctrl.NewControllerManagedBy(mgr).
		Named(name).
		WatchesRawSource(firstPass{kind, pass}).
		WithOptions(controller.Options{
			// Not synced yet is a state that /readyz and the metrics tell of, not a reason to give up.
			CacheSyncTimeout: math.MaxInt64,
			// Every replica watches, so that the next leader is warm.
			NeedLeaderElection: new(false),
		}).
		Complete(reconciler)
}

// firstPass is a source that, once its cache has synced, runs a pass over what
// is in it. The controller starts no worker before WaitForSync returns, so
// nothing that the pass puts can overwrite something newer.
type firstPass struct {
	source.SyncingSource
	pass func(context.Context) error
}

// WaitForSync implements source.SyncingSource.
func (s firstPass) WaitForSync(ctx context.Context) error {
	if err := s.SyncingSource.WaitForSync(ctx); err != nil {
		return err
	}
	if ctx.Err() != nil { // stopped before it synced
		return nil
	}
	return s.pass(ctx)
}
