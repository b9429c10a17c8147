package controllers

import (
	"context"
	"net/url"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/podscore/podscore/sparse"
)

// pageSize is the number of objects in a page of a list.
const pageSize = 500

// list requests a list in pages. It is used where the server does not stream lists. The
// reflector asks for any resource version that the server has cached, which excludes
// pages; list asks for the latest. It retries a page that fails. If its continue token has
// expired, the list starts again.
func (w *listerWatcher) list(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	w.watches.Connecting(w.name, time.Now())
	options.ShardSelector, options.Limit = w.selector, pageSize
	options.ResourceVersion, options.ResourceVersionMatch = "", ""
	whole := &internalversion.List{}
	for {
		var objects []runtime.Object
		var page metav1.ListInterface
		err := retry(ctx, isFinal, func() (err error) {
			objects, page, err = w.listPage(ctx, options)
			return err
		})
		switch {
		case isExpired(err) && waitToRetry(ctx, err):
			whole, options.Continue = &internalversion.List{}, ""
			continue
		case err != nil:
			return nil, err
		case options.Continue == "":
			whole.ResourceVersion = page.GetResourceVersion()
		}
		whole.Items = append(whole.Items, objects...)
		if options.Continue = page.GetContinue(); options.Continue == "" {
			w.heard()
			return whole, nil
		}
	}
}

// listPage makes one attempt to request a page. It returns the decoded objects of this
// shard, and the page's metadata.
func (w *listerWatcher) listPage(ctx context.Context, options metav1.ListOptions) (objects []runtime.Object, page metav1.ListInterface, err error) {
	keep := func(object runtime.Object) error {
		if pod, ok := object.(*sparse.Pod); !ok || !w.isForeign(pod) {
			objects = append(objects, object)
		}
		return nil
	}
	x := &exchange{
		sent: func(to *url.URL) { w.sent(to); objects = nil },
		received: func(object []byte, inJSON bool) error {
			read, err := w.read(object, inJSON)
			if err != nil {
				return err
			}
			return keep(read)
		},
	}
	limited, cancel := context.WithTimeoutCause(ctx, w.stalled, silentFor(w.stalled))
	defer cancel()
	list, err := w.inner.ListWithContext(x.attach(limited), options)
	if err = w.recordResult(ctx, "list", silentCause(limited, x.cause(err))); err != nil {
		return nil, nil, err
	}
	if err := meta.EachListItem(list, keep); err != nil { // there are objects only if the client does not use Transport
		return nil, nil, err
	}
	page, err = meta.ListAccessor(list)
	return objects, page, err
}
