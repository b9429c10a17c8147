package controllers

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
)

// Watches is told how the lists and watches fare.
type Watches interface {
	// Active takes in that an event or a bookmark came.
	Active(resource string, at time.Time)
	// Expired takes in that a watch fell behind and starts again.
	Expired(resource string)
	// Failed takes in that a request failed; changed is false if it did for the same reason before.
	Failed(resource, verb, why string, err error) (changed bool)
	// Worked takes in that a request was answered; changed is false if it was before.
	Worked(resource, verb string) (changed bool)
}

// observer looks at every list and watch that the informers make. It stands
// between the informer and the API server, because the informer retries most
// errors without a word.
type observer struct {
	watches Watches
	log     logr.Logger
}

// newInformer is what cache.Options.NewInformer asks for.
func (o observer) newInformer(lw toolscache.ListerWatcher, object runtime.Object, resync time.Duration, indexers toolscache.Indexers) toolscache.SharedIndexInformer {
	resource := "pods"
	if _, ok := object.(*corev1.Namespace); ok {
		resource = "namespaces"
	}
	inner := toolscache.ToListerWatcherWithContext(lw)
	return toolscache.NewSharedIndexInformer(&toolscache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			list, err := inner.ListWithContext(ctx, options)
			o.answered(ctx, resource, "list", err)
			return list, err
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			stream, err := inner.WatchWithContext(ctx, options)
			if options.SendInitialEvents != nil && apierrors.IsInvalid(err) {
				return nil, err // a server that does not stream lists; the informer then lists
			}
			o.answered(ctx, resource, "watch", err)
			if err != nil {
				return nil, err
			}
			return observe(stream, func(event watch.Event) {
				o.watches.Active(resource, time.Now())
				if event.Type == watch.Error {
					o.answered(ctx, resource, "watch", apierrors.FromObject(event.Object))
				}
			}), nil
		},
	}, object, resync, indexers)
}

// answered takes in how a request ended, and logs it when that is news.
func (o observer) answered(ctx context.Context, resource, verb string, err error) {
	log := o.log.WithValues("verb", verb, "resource", resource)
	switch {
	case err == nil:
		if o.watches.Worked(resource, verb) {
			log.Info("The API server answers again")
		}
	case ctx.Err() != nil: // podscore is stopping
	case apierrors.IsResourceExpired(err) || apierrors.IsGone(err):
		o.watches.Expired(resource)
		log.V(1).Info("The watch fell behind and starts again", "reason", err.Error())
	case o.watches.Failed(resource, verb, explain(err), err):
		log.Error(err, explain(err))
	default:
		log.V(1).Info("Still failing", "reason", err.Error())
	}
}

// explain says what an error means to whoever runs podscore, and the way out.
func explain(err error) string {
	var unreachable *url.Error
	switch {
	case apierrors.IsForbidden(err):
		return "The API server refuses: grant podscore's ServiceAccount this verb on this resource, as the ClusterRole in config/rbac does"
	case apierrors.IsUnauthorized(err):
		return "The API server does not know podscore: check the token or certificate that it was given"
	case errors.As(err, &unreachable):
		return "The API server cannot be reached: check the address and the network; podscore keeps trying"
	}
	return "The API server answers with an error; podscore keeps trying"
}

// observedWatch hands on a watch's events after they were looked at.
type observedWatch struct {
	inner   watch.Interface
	events  chan watch.Event
	stopped chan struct{}
	stop    sync.Once
}

// observe returns a watch that calls look for every event, bookmarks and
// errors included. Unlike watch.Filter it leaves nothing running when it is
// stopped while an event waits.
func observe(inner watch.Interface, look func(watch.Event)) watch.Interface {
	w := &observedWatch{inner: inner, events: make(chan watch.Event), stopped: make(chan struct{})}
	go func() {
		defer close(w.events)
		for event := range inner.ResultChan() {
			look(event)
			select {
			case w.events <- event:
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
