package controllers

import (
	"context"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/podscore/podscore/posture"
)

// Store is what reflectors write to.
type Store interface {
	PodStore
	NamespaceStore
}

// Reflectors keep a store up to date with the watched resources of a cluster.
type Reflectors struct {
	// Cluster is where they read.
	Cluster *Cluster
	// Store gets the objects of the cluster's shard.
	Store Store
	// InitialNote waits until the Lease was looked up, and returns the note that was on
	// it, or nil. The function itself is nil where there is no election.
	InitialNote func(context.Context) (*posture.Note, error)

	loggedFields sync.Map // the unknown fields of security contexts that were logged
}

// SetupWithManager adds the reflectors to a manager. The namespaces in Cluster.Namespaces
// are taken to exist: no Role can grant a watch on them.
func (r *Reflectors) SetupWithManager(mgr manager.Manager) error {
	for _, resource := range watched(r.Cluster.Namespaces) {
		for _, scope := range r.Cluster.scopes() {
			lw := r.Cluster.listerWatcher(resource, r.Cluster.listWatch(resource, scope))
			if err := mgr.Add(newReflector(lw, resource.example, resource.sink(r, scope))); err != nil {
				return err
			}
		}
	}
	if named := r.Cluster.Namespaces; len(named) > 0 {
		unknown := make(map[string]map[string]string, len(named))
		for _, name := range named {
			unknown[name] = nil
		}
		r.Store.ReplaceNamespaces(unknown, 0)
	}
	return nil
}

// sink receives what a reflector reads: a list of all objects, and then the events, in
// the order in which they happened.
type sink interface {
	toolscache.ReflectorStore
	toolscache.ReflectorBookmarkStore
	// start is called once, before all other methods, with the reflector's context.
	start(context.Context)
}

// reflectorBackoff bounds how long a reflector waits before it lists and watches again: an
// API server that is back is asked within two seconds. The jitter keeps replicas and
// shards from asking at the same time.
var reflectorBackoff = wait.Backoff{Duration: time.Second / 4, Factor: 2, Cap: time.Second, Jitter: 1, Steps: 1 << 30}

// newReflector returns a runnable that lists and watches with lw, objects of the type of
// example, and passes them to the sink. A reflector is the part of an informer that reads
// from the API server. The other parts, a cache of all objects and a queue of those that
// changed, would take memory, and lose the order of events, which the counters need.
func newReflector(lw *listerWatcher, example runtime.Object, to sink) manager.Runnable {
	backoff := reflectorBackoff
	reflector := toolscache.NewReflectorWithOptions(
		&toolscache.ListWatch{ListWithContextFunc: lw.list, WatchFuncWithContext: lw.watch}, example, to,
		toolscache.ReflectorOptions{Name: lw.name, Backoff: &backoff})
	return OnEveryReplica(func(ctx context.Context) error {
		to.start(ctx)
		// The reflector's own log is discarded: the monitor logs the errors.
		reflector.RunWithContext(klog.NewContext(ctx, logr.Discard()))
		return nil
	})
}

// OnEveryReplica is a manager.Runnable that runs without holding the Lease, so that the
// next leader has all pods, and the configuration, when it takes over.
type OnEveryReplica func(context.Context) error

// Start implements manager.Runnable.
func (f OnEveryReplica) Start(ctx context.Context) error { return f(ctx) }

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (f OnEveryReplica) NeedLeaderElection() bool { return false }
