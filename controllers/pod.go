package controllers

import (
	"context"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// PodStore is what a PodReconciler tells of the pods.
type PodStore interface {
	// Put takes in a pod as it is now and returns true when it is newly observed.
	Put(posture.Pod) (observed bool)
	// Delete takes in that a pod is gone.
	Delete(namespace, name string)
	// PodsSynced takes in that every pod that was there at the start is put.
	PodsSynced()
}

// Observer takes in a duration in seconds.
type Observer interface{ Observe(seconds float64) }

// PodReconciler scores every pod that changed and puts the result.
type PodReconciler struct {
	// Reader reads pods from the manager's cache.
	client.Reader
	// Store is told of the pods.
	Store PodStore
	// Detection observes how old newly observed pods were when they were put.
	Detection Observer
	// Now is the clock.
	Now func() time.Time
	// Log is told once, when the first full pass is done.
	Log logr.Logger
}

// SetupWithManager registers the reconciler with a manager whose cache is made
// with CacheOptions.
func (r *PodReconciler) SetupWithManager(mgr manager.Manager) error {
	return setup(mgr, "pod", &sparse.Pod{}, podChanged(), &putAtFirstSight{put: r.put}, r, func(ctx context.Context) error {
		var pods sparse.PodList
		if err := r.List(ctx, &pods); err != nil {
			return err
		}
		for _, pod := range pods.Items {
			r.put(pod)
		}
		r.Store.PodsSynced()
		r.Log.Info("Scored the pods that were there", "pods", len(pods.Items))
		return nil
	})
}

// Reconcile implements reconcile.Reconciler.
func (r *PodReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var pod sparse.Pod
	if err := r.Get(ctx, req.NamespacedName, &pod); apierrors.IsNotFound(err) {
		r.Store.Delete(req.Namespace, req.Name)
		return ctrl.Result{}, nil
	} else if err != nil {
		return ctrl.Result{}, err
	}
	r.put(&pod)
	return ctrl.Result{}, nil
}

// putAtFirstSight puts a pod when it appears, besides enqueueing it. A pod that
// is gone or finished before its turn in the queue would be counted nowhere.
// What is put here may be older than what Reconcile put, for a moment: all
// that happened since is in the queue.
type putAtFirstSight struct {
	handler.TypedEnqueueRequestForObject[*sparse.Pod]
	put func(*sparse.Pod)
}

// Create implements handler.TypedEventHandler.
func (h *putAtFirstSight) Create(ctx context.Context, e event.TypedCreateEvent[*sparse.Pod], queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
	h.put(e.Object)
	h.TypedEnqueueRequestForObject.Create(ctx, e, queue)
}

func (r *PodReconciler) put(pod *sparse.Pod) {
	if observed := r.Store.Put(toPosture(pod)); observed {
		age := r.Now().Sub(pod.GetCreationTimestamp().Time)
		r.Detection.Observe(max(0, age).Seconds()) // the API server's clock may be ahead
	}
}

// toPosture returns what the store keeps of a pod.
func toPosture(pod *sparse.Pod) posture.Pod {
	return posture.Pod{
		Namespace: pod.GetNamespace(),
		Name:      pod.GetName(),
		UID:       string(pod.GetUID()),
		Created:   pod.GetCreationTimestamp().Time,
		Workload:  posture.WorkloadOf(pod),
		Static:    pod.Static(),
		Result:    pod.Result(),
	}
}
