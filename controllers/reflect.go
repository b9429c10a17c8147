package controllers

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/podscore/podscore/posture"
)

// Cluster is where reflectors read from, and how.
type Cluster struct {
	// Client lists and watches; its scheme is NewScheme's.
	Client client.WithWatch
	// Watches is told how the lists and watches fare.
	Watches Watches
	// Stalled is after how long a silent watch is started again.
	Stalled time.Duration
	// Shard owns what is read.
	Shard Shard
	// Namespaces are those whose pods are watched, each by a watch of its own;
	// none for all, by one.
	Namespaces []string
	// Log is told of errors, and when the first full pass is done.
	Log logr.Logger
}

// scopes lists the watches on a resource, as posture names them.
func (c *Cluster) scopes() []string {
	if len(c.Namespaces) == 0 {
		return []string{metav1.NamespaceAll}
	}
	return c.Namespaces
}

// Store is what reflectors tell how the cluster is.
type Store interface {
	PodStore
	NamespaceStore
}

// Reflectors have everything that is watched put into a store.
type Reflectors struct {
	// Cluster is where it is.
	Cluster *Cluster
	// Store is told of what is of the cluster's shard.
	Store Store
	// Noted waits until it is known what other replicas have counted; nil if none
	// did. It is nil where there is no other.
	Noted func(context.Context) (*posture.Note, error)

	unknown sync.Map // fields of security contexts that the log was told of
}

// SetupWithManager has a manager run the reflectors. Namespaces that are named are
// taken to exist: no Role could grant a watch on them.
func (r *Reflectors) SetupWithManager(mgr manager.Manager) error {
	for _, resource := range watched(r.Cluster.Namespaces) {
		for _, scope := range r.Cluster.scopes() {
			lw := r.Cluster.listerWatcher(resource, r.Cluster.from(resource, scope))
			if err := mgr.Add(newReflector(lw, resource.example, resource.sink(r, scope))); err != nil {
				return err
			}
		}
	}
	if named := r.Cluster.Namespaces; len(named) > 0 {
		r.Store.ReplaceNamespaces(named)
	}
	return nil
}

// sink takes in what a reflector reads: everything that there is, and then what
// happens, in the order in which it does.
type sink interface {
	toolscache.ReflectorStore
	toolscache.ReflectorBookmarkStore
	// begin is called once, before all others.
	begin(context.Context)
}

// betweenAttempts bounds how long a reflector waits before it asks again: an API
// server that is back is asked within two seconds. It never waits quite as long
// as another, so that replicas and shards are not in step.
var betweenAttempts = wait.Backoff{Duration: time.Second / 4, Factor: 2, Cap: time.Second, Jitter: 1, Steps: 1 << 30}

// newReflector returns a reflector of what a lister and watcher tells, for a manager to
// run. A reflector is the part of an informer that reads from the API server. What
// an informer adds, a cache of all objects and a queue of those that changed, would
// take memory, and the order in which things happened, which counts depend on.
func newReflector(lw *listerWatcher, example runtime.Object, into sink) manager.Runnable {
	backoff := betweenAttempts
	reflector := toolscache.NewReflectorWithOptions(
		&toolscache.ListWatch{ListWithContextFunc: lw.list, WatchFuncWithContext: lw.watch}, example, into,
		toolscache.ReflectorOptions{Name: lw.name, Backoff: &backoff})
	return onEveryReplica(func(ctx context.Context) error {
		into.begin(ctx)
		// Errors are told where they happen, by the observer.
		reflector.RunWithContext(klog.NewContext(ctx, logr.Discard()))
		return nil
	})
}

// onEveryReplica is a manager.Runnable that waits for no leader, so that the next
// one knows everything.
type onEveryReplica func(context.Context) error

// Start implements manager.Runnable.
func (f onEveryReplica) Start(ctx context.Context) error { return f(ctx) }

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (f onEveryReplica) NeedLeaderElection() bool { return false }

// from returns what lists and watches a resource in a namespace, or in all.
func (c *Cluster) from(resource *resource, scope string) toolscache.ListerWatcherWithContext {
	with := func(raw metav1.ListOptions) *client.ListOptions {
		return &client.ListOptions{Namespace: scope, FieldSelector: resource.selector, Raw: &raw}
	}
	return toolscache.ToListerWatcherWithContext(&toolscache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, raw metav1.ListOptions) (runtime.Object, error) {
			list := resource.newList()
			asked := with(raw)
			asked.Limit, asked.Continue = raw.Limit, raw.Continue
			return list, c.Client.List(ctx, list, asked)
		},
		WatchFuncWithContext: func(ctx context.Context, raw metav1.ListOptions) (watch.Interface, error) {
			return c.Client.Watch(ctx, resource.newList(), with(raw))
		},
	})
}

// versionOf returns a resource version, by which the API server orders what
// happens; 0 where it is none.
func versionOf(text string) uint64 {
	version, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return version
}
