package cluster

import (
	"context"
	"fmt"
	"iter"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/terminal/manifests"
)

// Reader reads what makes pods in a part of a cluster.
type Reader struct {
	*Client
	Scope
	// Templates is true if the templates of workloads are read too.
	Templates bool
	// Progress is called before each page but the first, with how many objects were read of
	// a resource, such as "pods", and how many are left, which the server does not always
	// say: 0 then. It is called with "" at the end of a list. Nil if nobody listens.
	Progress func(resource string, read, left int)
}

// Read yields the pods, and then the templates, a page of a list each. What cannot be read
// is in the errors of a document; the others are read all the same.
func (r *Reader) Read(ctx context.Context) iter.Seq[manifests.Document] {
	return func(yield func(manifests.Document) bool) {
		if !r.documents(ctx, &pods, yield) || !r.Templates {
			return
		}
		for i := range workloads {
			if !r.documents(ctx, &workloads[i], yield) {
				return
			}
		}
	}
}

// documents yields the pages of a list. It returns false if yield did.
func (r *Reader) documents(ctx context.Context, of *resource, yield func(manifests.Document) bool) bool {
	goesOn, read := true, 0
	err := r.list(ctx, of, r.Scope, func(list runtime.Object) bool {
		var d manifests.Document
		_ = meta.EachListItem(list, func(object runtime.Object) error {
			read++
			if o := objectOf(object); o != nil {
				d.Objects = append(d.Objects, o)
			}
			return nil
		})
		if page, err := meta.ListAccessor(list); err == nil && page.GetContinue() != "" {
			left := 0
			if n := page.GetRemainingItemCount(); n != nil {
				left = int(*n)
			}
			r.progress(of.name, read, left)
		}
		goesOn = yield(d)
		return goesOn
	})
	r.progress("", 0, 0)
	if err != nil && goesOn {
		if read > 0 {
			err = fmt.Errorf("after %d of them: %w", read, err)
		}
		goesOn = yield(manifests.Document{Errors: []configuration.Error{{Message: err.Error()}}})
	}
	return goesOn
}

func (r *Reader) progress(resource string, read, left int) {
	if r.Progress != nil {
		r.Progress(resource, read, left)
	}
}
