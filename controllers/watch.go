package controllers

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/podscore/podscore/sparse"
)

// Watches is told how the lists and watches fare, each under the name that Open gave it.
type Watches interface {
	// Open returns the name of one more watch on a resource.
	Open(resource string) (name string)
	// In takes in which namespace a watch is about.
	In(name, namespace string)
	// Asks takes in that there is no watch, and that a list or a watch is asked for.
	Asks(name string, at time.Time)
	// Hears takes in that a watch goes on from a whole list.
	Hears(name string)
	// Active takes in that an event or a bookmark came.
	Active(name string, at time.Time)
	// Restarted takes in that a watch, or the list before it, has to start again.
	Restarted(name string)
	// Failed takes in that a request failed; changed is false if it did for the same reason before.
	Failed(name, verb, why string, err error) (changed bool)
	// Worked takes in that a request was answered; changed is false if it was before.
	Worked(name, verb string) (changed bool)
}

// observer looks at every list and watch that the reflectors make. It stands
// between the reflector and the API server, because the reflector retries most
// errors without a word.
type observer struct {
	watches Watches
	stalled time.Duration // after which a silent watch is started again
	log     logr.Logger
}

// listerWatcher returns an observed lister and watcher of a resource.
// The API server shards by the namespace that an object is in, and so it is done here.
func (c *Cluster) listerWatcher(resource *resource, inner toolscache.ListerWatcherWithContext) *listerWatcher {
	w := &listerWatcher{
		observer: observer{c.Watches, c.Stalled, c.Log}, inner: inner, name: c.Watches.Open(resource.name),
		read: resource.read, owns: WholeCluster.Owns, foreign: &sync.Once{},
	}
	if resource.isNamespaced() {
		w.owns, w.selector = c.Shard.Owns, c.Shard.Selector()
	}
	return w
}

// listerWatcher lists and watches for one reflector, and leaves out what
// belongs to other shards.
type listerWatcher struct {
	observer
	inner    toolscache.ListerWatcherWithContext
	name     string
	read     func(object []byte, inJSON bool) (runtime.Object, error)
	owns     func(namespace string) bool
	selector string
	foreign  *sync.Once   // tells once that the API server does not shard
	opened   time.Time    // the last watch
	heard    atomic.Int64 // when something came last, in nanoseconds since 1970
	// paged is until when lists are asked for in pages, because one that was
	// streamed did not end.
	paged time.Time
}

// asks takes in that there is no watch.
func (w *listerWatcher) asks() { w.watches.Asks(w.name, time.Now()) }

// sent takes in where a request goes.
func (w *listerWatcher) sent(to *url.URL) { w.watches.In(w.name, namespaceIn(to.Path)) }

// hear takes in that something came.
func (w *listerWatcher) hear() { w.heard.Store(time.Now().UnixNano()) }

// atMostEvery is how often a watch is opened at the most. The reflector waits only
// where a watch gave nothing: one that ends after every event would be opened
// again at once.
const atMostEvery = time.Second

// watch opens a watch, which begins with a list if options say so. It comes back
// when there is one, or when the reflector has to list: what is only a matter of
// time is waited for here.
func (w *listerWatcher) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	w.asks()
	final := isFinal
	if options.SendInitialEvents != nil {
		if final = isNoStream; time.Now().Before(w.paged) {
			return nil, errEndless
		}
	}
	options.ShardSelector = w.selector
	var opened watch.Interface
	err := again(ctx, final, func() (err error) {
		opened, err = w.open(ctx, options)
		return err
	})
	return opened, err
}

func (w *listerWatcher) open(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Until(w.opened.Add(atMostEvery))):
	}
	x := &exchange{sent: w.sent}
	request, cancel := context.WithCancelCause(ctx)
	unanswered := time.AfterFunc(w.stalled, func() { cancel(silentFor(w.stalled)) })
	inner, err := w.inner.WatchWithContext(x.in(request), options)
	unanswered.Stop()
	if options.SendInitialEvents != nil && apierrors.IsInvalid(err) {
		cancel(nil)
		return nil, err // a server that does not stream lists; the reflector then lists
	}
	if err = w.answered(ctx, "watch", givenUp(request, x.reason(err))); err != nil {
		cancel(nil)
		return nil, err
	}
	w.opened = time.Now()
	return w.observe(ctx, inner, options.SendInitialEvents != nil, func() { cancel(nil) }), nil
}

// givenUp returns why a request that failed was given up here, if it was.
func givenUp(request context.Context, err error) error {
	if why := context.Cause(request); err != nil && errors.Is(why, errSilent) {
		return why
	}
	return err
}

// answered takes in how a request ended, and returns the error as it may be told.
func (w *listerWatcher) answered(ctx context.Context, verb string, err error) error {
	err = told(err)
	w.observer.answered(ctx, w.name, verb, err)
	return err
}

// look looks at an event. One about another shard's pod becomes a bookmark,
// which tells the reflector how far it has come and nothing else.
func (w *listerWatcher) look(ctx context.Context, event watch.Event) watch.Event {
	w.hear()
	w.watches.Active(w.name, time.Now())
	switch event.Type {
	case watch.Error:
		event.Object = statusOf(w.answered(ctx, "watch", apierrors.FromObject(event.Object)))
	case watch.Added, watch.Modified, watch.Deleted:
		if pod, ok := event.Object.(*sparse.Pod); ok && w.isForeign(pod) {
			event = watch.Event{Type: watch.Bookmark, Object: sparse.Bookmark(pod.GetResourceVersion())}
		}
	}
	return event
}

// isForeign tells whether a pod is another shard's.
func (w *listerWatcher) isForeign(pod *sparse.Pod) bool {
	if w.owns(pod.GetNamespace()) {
		return false
	}
	w.foreign.Do(func() {
		w.log.Info("The API server sends the pods of other shards too, and they are dropped here; with its feature gate ShardedListAndWatch it would send fewer")
	})
	return true
}

// answered takes in how a request ended, and logs it when that is news.
func (o observer) answered(ctx context.Context, name, verb string, err error) {
	resource, _, _ := strings.Cut(name, "/")
	log := o.log.WithValues("verb", verb, "resource", resource)
	switch {
	case err == nil:
		if o.watches.Worked(name, verb) {
			log.Info("The API server answers again")
		}
	case ctx.Err() != nil: // podscore is stopping
	case isExpired(err):
		o.watches.Restarted(name)
		log.V(1).Info("The watch fell behind and starts again", "reason", err.Error())
	case o.watches.Failed(name, verb, explain(err), err):
		log.Error(err, explain(err))
	default:
		log.V(1).Info("Still failing", "reason", err.Error())
	}
}
