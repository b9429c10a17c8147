package controllers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/pager"

	"github.com/podscore/podscore/sparse"
)

// Watches is told how the lists and watches fare, each under the name that Open gave it.
type Watches interface {
	// Open returns the name of one more watch on a resource.
	Open(resource string) (name string)
	// Active takes in that an event or a bookmark came.
	Active(name string, at time.Time)
	// Expired takes in that a watch fell behind and starts again.
	Expired(name string)
	// Failed takes in that a request failed; changed is false if it did for the same reason before.
	Failed(name, verb, why string, err error) (changed bool)
	// Worked takes in that a request was answered; changed is false if it was before.
	Worked(name, verb string) (changed bool)
}

// observer looks at every list and watch that the informers make. It stands
// between the informer and the API server, because the informer retries most
// errors without a word.
type observer struct {
	watches Watches
	stalled time.Duration // after which a silent watch is started again
	log     logr.Logger
}

// informers returns what cache.Options.NewInformer asks for, for one shard.
// The informers get no indices: nobody asks the cache by namespace, and an
// index of all pods is memory for nothing.
func (o observer) informers(shard Shard) func(toolscache.ListerWatcher, runtime.Object, time.Duration, toolscache.Indexers) toolscache.SharedIndexInformer {
	sharedNoted := &sync.Once{}
	return func(lw toolscache.ListerWatcher, object runtime.Object, resync time.Duration, _ toolscache.Indexers) toolscache.SharedIndexInformer {
		w := &listerWatcher{observer: o, inner: toolscache.ToListerWatcherWithContext(lw), owns: WholeCluster.Owns, foreign: sharedNoted}
		if _, pods := object.(*sparse.Pod); pods {
			w.name, w.owns, w.selector = o.watches.Open("pods"), shard.Owns, shard.Selector()
		} else {
			w.name = o.watches.Open("namespaces")
		}
		return toolscache.NewSharedIndexInformer(
			&toolscache.ListWatch{ListWithContextFunc: w.list, WatchFuncWithContext: w.watch}, object, resync, nil)
	}
}

// listerWatcher lists and watches for one informer, and leaves out what
// belongs to other shards.
type listerWatcher struct {
	observer
	inner    toolscache.ListerWatcherWithContext
	name     string
	owns     func(namespace string) bool
	selector string
	foreign  *sync.Once // tells once that the API server does not shard
	opened   time.Time  // the last watch
}

// pageSize is how many objects a list asks for at a time.
const pageSize = 500

// list lists page by page, where the server streams no lists. The informer
// would have the whole cluster in one answer, which holds ten times of what
// is kept: it asks for whatever version the server has at hand, and that
// excludes pages.
func (w *listerWatcher) list(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	pages := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		options.ShardSelector = w.selector
		page, cancel := context.WithTimeoutCause(ctx, w.stalled, silentFor(w.stalled))
		defer cancel()
		list, err := w.inner.ListWithContext(page, options)
		err = w.answered(ctx, "list", givenUp(page, err))
		if pods, ok := list.(*sparse.PodList); ok && err == nil {
			pods.Items = slices.DeleteFunc(pods.Items, w.isForeign)
		}
		return list, err
	})
	pages.PageSize = pageSize
	pages.FullListIfExpired = false // the informer starts over
	options.ResourceVersion, options.ResourceVersionMatch = "", ""
	list, _, err := pages.ListWithAlloc(ctx, options)
	return list, err
}

// atMostEvery is how often a watch is opened at the most. The informer waits only
// where a watch gave nothing: one that ends after every event would be opened
// again at once.
const atMostEvery = time.Second

func (w *listerWatcher) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Until(w.opened.Add(atMostEvery))):
	}
	options.ShardSelector = w.selector
	open, cancel := context.WithCancelCause(ctx)
	unanswered := time.AfterFunc(w.stalled, func() { cancel(silentFor(w.stalled)) })
	stream, err := w.inner.WatchWithContext(open, options)
	unanswered.Stop()
	if options.SendInitialEvents != nil && apierrors.IsInvalid(err) {
		cancel(nil)
		return nil, err // a server that does not stream lists; the informer then lists
	}
	if err = w.answered(ctx, "watch", givenUp(open, err)); err != nil {
		cancel(nil)
		return nil, err
	}
	w.opened = time.Now()
	look := func(event watch.Event) watch.Event { return w.look(ctx, event) }
	stalled := func() { _ = w.answered(ctx, "watch", silentFor(w.stalled)) }
	return observe(stream, look, w.stalled, stalled, func() { cancel(nil) }), nil
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
// which tells the informer how far it has come and nothing else.
func (w *listerWatcher) look(ctx context.Context, event watch.Event) watch.Event {
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
	case apierrors.IsResourceExpired(err) || apierrors.IsGone(err):
		o.watches.Expired(name)
		log.V(1).Info("The watch fell behind and starts again", "reason", err.Error())
	case o.watches.Failed(name, verb, explain(err), err):
		log.Error(err, explain(err))
	default:
		log.V(1).Info("Still failing", "reason", err.Error())
	}
}

// observedWatch hands on a watch's events after they were looked at.
type observedWatch struct {
	inner   watch.Interface
	events  chan watch.Event
	stopped chan struct{}
	stop    sync.Once
}

// observe returns a watch that gives what look makes of every event, bookmarks
// and errors included, and that ends, after it was told to stalled, when none
// comes for too long. ended is called at the end in any case. Unlike
// watch.Filter it leaves nothing running when it is stopped while an event waits.
func observe(inner watch.Interface, look func(watch.Event) watch.Event, silence time.Duration, stalled, ended func()) watch.Interface {
	w := &observedWatch{inner: inner, events: make(chan watch.Event), stopped: make(chan struct{})}
	go func() {
		defer ended()
		defer close(w.events)
		timer := time.NewTimer(silence)
		defer timer.Stop()
		for {
			select {
			case event, open := <-inner.ResultChan():
				if !open {
					return
				}
				select {
				case w.events <- look(event):
				case <-w.stopped:
					return
				}
				timer.Reset(silence)
			case <-timer.C:
				stalled()
				inner.Stop()
				return
			case <-w.stopped:
				return
			}
		}
	}()
	return w
}

// ResultChan implements watch.Interface.
func (w *observedWatch) ResultChan() <-chan watch.Event { return w.events }

// Stop implements watch.Interface.
func (w *observedWatch) Stop() {
	w.stop.Do(func() {
		close(w.stopped)
		w.inner.Stop()
	})
}
