package controllers

import (
	"context"
	"net/url"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"

	"github.com/podscore/podscore/sparse"
)

// pageSize is how many objects a list asks for at a time.
const pageSize = 500

// list lists page by page, where the server streams no lists. The reflector would
// ask for whatever version the server has at hand, and that excludes pages. A
// page that fails is asked for again; where the pages before it have become too
// old, the list starts over.
func (w *listerWatcher) list(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	w.asks()
	options.ShardSelector, options.Limit = w.selector, pageSize
	options.ResourceVersion, options.ResourceVersionMatch = "", ""
	whole := &internalversion.List{}
	for {
		var objects []runtime.Object
		var page metav1.ListInterface
		err := again(ctx, isFinal, func() (err error) {
			objects, page, err = w.page(ctx, options)
			return err
		})
		switch {
		case isExpired(err) && pause(ctx, err):
			whole, options.Continue = &internalversion.List{}, ""
			continue
		case err != nil:
			return nil, err
		case options.Continue == "":
			whole.ResourceVersion = page.GetResourceVersion()
		}
		whole.Items = append(whole.Items, objects...)
		if options.Continue = page.GetContinue(); options.Continue == "" {
			w.hear()
			return whole, nil
		}
	}
}

// page asks for a page, and returns what is kept of its objects, which are read
// and let go of one by one.
func (w *listerWatcher) page(ctx context.Context, options metav1.ListOptions) (objects []runtime.Object, page metav1.ListInterface, err error) {
	keep := func(object runtime.Object) error {
		if pod, ok := object.(*sparse.Pod); !ok || !w.isForeign(pod) {
			objects = append(objects, object)
		}
		return nil
	}
	x := &exchange{
		sent: func(to *url.URL) { w.sent(to); objects = nil },
		take: func(object []byte, inJSON bool) error {
			read, err := w.read(object, inJSON)
			if err != nil {
				return err
			}
			return keep(read)
		},
	}
	limited, cancel := context.WithTimeoutCause(ctx, w.stalled, silentFor(w.stalled))
	defer cancel()
	list, err := w.inner.ListWithContext(x.in(limited), options)
	if err = w.answered(ctx, "list", givenUp(limited, x.reason(err))); err != nil {
		return nil, nil, err
	}
	if err := meta.EachListItem(list, keep); err != nil { // where there was another transport
		return nil, nil, err
	}
	page, err = meta.ListAccessor(list)
	return objects, page, err
}

// readPod reads a pod of a list.
func readPod(object []byte, inJSON bool) (runtime.Object, error) {
	pod := new(sparse.Pod)
	if inJSON {
		return pod, pod.UnmarshalJSON(object)
	}
	return pod, pod.Unmarshal(object)
}

// readNamespace reads a namespace of a list, and keeps what stripMetadata does.
func readNamespace(object []byte, inJSON bool) (runtime.Object, error) {
	whole, err := newNamespace(), error(nil)
	if inJSON {
		err = json.Unmarshal(object, whole)
	} else {
		err = whole.Unmarshal(object)
	}
	if err != nil {
		return nil, err
	}
	whole.TypeMeta = newNamespace().TypeMeta // those in a list have none
	kept, err := stripMetadata(whole)
	return kept.(runtime.Object), err
}
