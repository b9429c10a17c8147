package controllers

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/podscore/podscore/sparse"
)

// listerWatcher returns a monitored lister and watcher of a resource. Only namespaced
// resources are sharded here, because the API server shards by an object's namespace.
func (c *Cluster) listerWatcher(resource *resource, inner toolscache.ListerWatcherWithContext) *listerWatcher {
	w := &listerWatcher{
		monitor: monitor{c.Watches, c.Stalled, c.Log}, inner: inner, name: c.Watches.Open(resource.name),
		read: resource.read, owns: WholeCluster.Owns, logForeign: &sync.Once{},
	}
	if resource.isNamespaced() {
		w.owns, w.selector = c.Shard.Owns, c.Shard.Selector()
	}
	return w
}

// listerWatcher lists and watches for one reflector, and drops the pods of other shards.
type listerWatcher struct {
	monitor
	inner      toolscache.ListerWatcherWithContext
	name       string // see Watches.Open
	read       func(object []byte, inJSON bool) (runtime.Object, error)
	owns       func(namespace string) bool
	selector   string       // the shard's; empty for the whole cluster
	logForeign *sync.Once   // to log that the API server does not shard
	opened     time.Time    // when the last watch was opened
	lastHeard  atomic.Int64 // when the last list or event arrived, in nanoseconds since 1970
	pagedUntil time.Time    // lists are requested in pages until then, see stopStreaming
}

// sent is called with the URL of every request.
func (w *listerWatcher) sent(to *url.URL) { w.watches.SetNamespace(w.name, namespaceOfPath(to.Path)) }

// heard is called when a list or an event has arrived.
func (w *listerWatcher) heard() { w.lastHeard.Store(time.Now().UnixNano()) }

// minWatchInterval is the shortest time between the openings of two watches. The reflector
// waits only after a watch without events: it would open one that ends after every event
// again at once.
const minWatchInterval = time.Second

// watch opens a watch, which begins with a list if options have SendInitialEvents. It
// retries what may work later. It returns an error only where ctx is done or the
// reflector must list.
func (w *listerWatcher) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	w.watches.Connecting(w.name, time.Now())
	final := isFinal
	if options.SendInitialEvents != nil {
		if final = isFinalForStream; time.Now().Before(w.pagedUntil) {
			return nil, errEndless
		}
	}
	options.ShardSelector = w.selector
	var opened watch.Interface
	err := retry(ctx, final, func() (err error) {
		opened, err = w.open(ctx, options)
		return err
	})
	return opened, err
}

// open makes one attempt to open a watch.
func (w *listerWatcher) open(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Until(w.opened.Add(minWatchInterval))):
	}
	x := &exchange{sent: w.sent}
	request, cancel := context.WithCancelCause(ctx)
	timeout := time.AfterFunc(w.stalled, func() { cancel(silentFor(w.stalled)) })
	inner, err := w.inner.WatchWithContext(x.attach(request), options)
	timeout.Stop()
	if options.SendInitialEvents != nil && apierrors.IsInvalid(err) {
		cancel(nil)
		return nil, err // the server does not stream lists; the reflector then lists in pages
	}
	if err = w.recordResult(ctx, "watch", silentCause(request, x.cause(err))); err != nil {
		cancel(nil)
		return nil, err
	}
	w.opened = time.Now()
	return w.monitorWatch(ctx, inner, options.SendInitialEvents != nil, func() { cancel(nil) }), nil
}

// silentCause returns the error of silentFor if a request failed because it was cancelled
// with that, and err otherwise.
func silentCause(request context.Context, err error) error {
	if cause := context.Cause(request); err != nil && errors.Is(cause, errSilent) {
		return cause
	}
	return err
}

// recordResult records how a request ended, and returns the redacted error.
func (w *listerWatcher) recordResult(ctx context.Context, verb string, err error) error {
	err = redacted(err)
	w.record(ctx, w.name, verb, err)
	return err
}

// inspect records an event, and returns it with two changes: an error is redacted, and an
// event of another shard's pod becomes a bookmark, from which the reflector takes the
// resource version and nothing else.
func (w *listerWatcher) inspect(ctx context.Context, event watch.Event) watch.Event {
	w.heard()
	w.watches.Active(w.name, time.Now())
	switch event.Type {
	case watch.Error:
		event.Object = statusOf(w.recordResult(ctx, "watch", apierrors.FromObject(event.Object)))
	case watch.Added, watch.Modified, watch.Deleted:
		if pod, ok := event.Object.(*sparse.Pod); ok && w.isForeign(pod) {
			event = watch.Event{Type: watch.Bookmark, Object: sparse.Bookmark(pod.GetResourceVersion())}
		}
	}
	return event
}

// isForeign reports whether a pod belongs to another shard. Such a pod means that the API
// server does not shard, which is logged once.
func (w *listerWatcher) isForeign(pod *sparse.Pod) bool {
	if w.owns(pod.GetNamespace()) {
		return false
	}
	w.logForeign.Do(func() {
		w.log.Info("The API server sends the pods of other shards too, and this shard drops them: the API server's feature gate ShardedListAndWatch saves that")
	})
	return true
}
