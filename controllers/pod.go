package controllers

import (
	"context"
	"strconv"
	"sync"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
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
	// Put takes in a pod at first sight.
	Put(posture.Pod)
	// Update takes in a pod as it is now.
	Update(posture.Pod)
	// Delete takes in that a pod is gone.
	Delete(namespace, name string)
	// Seen takes in that all that happened through a resource version is put.
	Seen(version uint64)
	// PodsSynced takes in that every pod that was there at the start is put.
	PodsSynced()
}

// PodReconciler scores every pod that changed and puts the result.
type PodReconciler struct {
	// Reader reads pods from the manager's cache.
	client.Reader
	// Store is told of the pods.
	Store PodStore
	// Exposed waits until it is known through which resource version somebody has
	// seen what other replicas counted; 0 if none did. It is nil where there is no other.
	Exposed func(context.Context) (through uint64, err error)
	// Appeared returns the resource versions at which those of the pods appeared
	// that appeared after since. It is used with Exposed alone.
	Appeared func(ctx context.Context, since uint64, pods []*sparse.Pod) (map[types.UID]uint64, error)
	// Log is told once when the first full pass is done, and once of each field
	// of a security context that podscore does not know.
	Log logr.Logger

	told sync.Map // those fields
}

// SetupWithManager registers the reconciler with a manager whose cache is made
// with CacheOptions.
func (r *PodReconciler) SetupWithManager(mgr manager.Manager) error {
	return setup(mgr, "pod", &sparse.Pod{}, podChanged(r.seen), &putAtFirstSight{put: r.putNew, seen: r.seen}, r, r.firstPass)
}

// firstPass puts all pods that are there.
func (r *PodReconciler) firstPass(ctx context.Context) error {
	var pods sparse.PodList
	through, err := r.exposed(ctx)
	if err == nil {
		err = r.List(ctx, &pods)
	}
	if err != nil {
		return err
	}
	appeared := r.appearedSince(ctx, through, pods.Items)
	for _, pod := range pods.Items {
		known := r.known(pod)
		if appeared != nil {
			known.Version, known.Appeared = appeared[pod.GetUID()], true
		}
		r.Store.Put(known)
	}
	r.Store.Seen(newest(pods.Items))
	r.Store.PodsSynced()
	r.Log.Info("Scored the pods that were there", "pods", len(pods.Items))
	return nil
}

func (r *PodReconciler) exposed(ctx context.Context) (through uint64, err error) {
	if r.Exposed == nil {
		return 0, nil
	}
	return r.Exposed(ctx)
}

// appearedSince returns at which versions those pods appeared whose count nobody
// has seen; nil where nobody ever counted, or where it is not known.
func (r *PodReconciler) appearedSince(ctx context.Context, through uint64, pods []*sparse.Pod) map[types.UID]uint64 {
	if through == 0 {
		return nil
	}
	appeared, err := r.Appeared(ctx, through, pods)
	if err != nil {
		r.Log.Info("The API server does not remember what happened since a replica counted last: pods count as newly observed by their creation time", "reason", told(err).Error())
		return nil
	}
	return appeared
}

// newest returns the highest resource version of the pods.
func newest(pods []*sparse.Pod) (version uint64) {
	for _, pod := range pods {
		version = max(version, versionOf(pod))
	}
	return version
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
	r.Store.Update(r.known(&pod))
	return ctrl.Result{}, nil
}

// putAtFirstSight puts a pod when it appears, besides enqueueing it. A pod that
// is gone or finished before its turn in the queue would be counted nowhere.
// What is put here may be older than what Reconcile knew, for a moment: all
// that happened since is in the queue.
type putAtFirstSight struct {
	handler.TypedEnqueueRequestForObject[*sparse.Pod]
	put, seen func(*sparse.Pod)
}

// Create implements handler.TypedEventHandler.
func (h *putAtFirstSight) Create(ctx context.Context, e event.TypedCreateEvent[*sparse.Pod], queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
	h.put(e.Object)
	h.seen(e.Object)
	h.TypedEnqueueRequestForObject.Create(ctx, e, queue)
}

// Update implements handler.TypedEventHandler. A pod that came in place of one of
// the same name while the watch was down is an update to the informer.
func (h *putAtFirstSight) Update(ctx context.Context, e event.TypedUpdateEvent[*sparse.Pod], queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
	if e.ObjectOld.GetUID() != e.ObjectNew.GetUID() {
		h.put(e.ObjectNew)
		h.seen(e.ObjectNew)
	}
	h.TypedEnqueueRequestForObject.Update(ctx, e, queue)
}

// putNew puts a pod that the watch says has just appeared.
func (r *PodReconciler) putNew(pod *sparse.Pod) {
	appears := r.known(pod)
	appears.Appeared = true
	r.Store.Put(appears)
}

// seen tells the store how far the watch has come. Events come in the order in
// which things happened.
func (r *PodReconciler) seen(pod *sparse.Pod) { r.Store.Seen(versionOf(pod)) }

// versionOf returns a pod's resource version, by which the API server orders
// what happens to pods; 0 where it is none.
func versionOf(pod *sparse.Pod) uint64 {
	version, err := strconv.ParseUint(pod.GetResourceVersion(), 10, 64)
	if err != nil {
		return 0
	}
	return version
}

// known returns what the store keeps of a pod, and tells once of what podscore
// does not know of it.
func (r *PodReconciler) known(pod *sparse.Pod) posture.Pod {
	for _, field := range pod.Unknown() {
		if _, told := r.told.LoadOrStore(field, true); !told {
			r.Log.Info("The API server has a field of security contexts that this podscore does not know, and no check looks at it: take a podscore that knows the cluster's version of Kubernetes", "field", field)
		}
	}
	return toPosture(pod)
}

// toPosture returns what the store keeps of a pod.
func toPosture(pod *sparse.Pod) posture.Pod {
	return posture.Pod{
		Namespace: pod.GetNamespace(),
		Name:      pod.GetName(),
		UID:       string(pod.GetUID()),
		Version:   versionOf(pod),
		Created:   pod.GetCreationTimestamp().Time,
		Workload:  posture.WorkloadOf(pod),
		Static:    pod.Static(),
		Result:    pod.Result(),
	}
}
