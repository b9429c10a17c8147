package cluster

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// pageSize is the number of objects in a page of a list.
const pageSize = 500

// mostExpiries is how often in a row a list may expire before it is given up.
const mostExpiries = 5

// Scope is what of a cluster is read.
type Scope struct {
	// Namespace is the only one that is read; "" for all.
	Namespace string
	// Selector selects objects by their labels, as kubectl's -l does; "" selects all.
	Selector string
}

// list reads a list page by page, each as whole objects, and calls page for each until it
// returns false. A list that takes so long that the server has forgotten the moment at
// which it began goes on behind the last object that was read, as the server offers it: no
// object is read twice, and none is left out that was there all the time.
func (c *Client) list(ctx context.Context, r *resource, s Scope, page func(list runtime.Object) bool) error {
	options := metav1.ListOptions{Limit: pageSize, LabelSelector: s.Selector}
	expiries := 0
	for {
		list := r.list()
		err := c.groups[r.group].Get().NamespaceIfScoped(s.Namespace, s.Namespace != "" && r != &namespaces).
			Resource(r.name).VersionedParams(&options, parameters).Do(ctx).Into(list)
		if token := onwards(err); token != "" && expiries < mostExpiries {
			expiries++
			options.Continue = token
			continue
		}
		if err != nil {
			return inWords(err, "list", r, s.Namespace)
		}
		expiries = 0
		if !page(list) {
			return nil
		}
		is, err := meta.ListAccessor(list)
		if err != nil {
			return err
		}
		if options.Continue = is.GetContinue(); options.Continue == "" {
			return nil
		}
	}
}

// onwards returns the token with which the server lets a list that has expired go on.
// https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
func onwards(err error) string {
	var status apierrors.APIStatus
	if !apierrors.IsResourceExpired(err) || !errors.As(err, &status) {
		return ""
	}
	return status.Status().Continue
}

// get reads one object.
func (c *Client) get(ctx context.Context, r *resource, namespace, name string) (runtime.Object, error) {
	object := r.object()
	err := c.groups[r.group].Get().NamespaceIfScoped(namespace, namespace != "").Resource(r.name).Name(name).Do(ctx).Into(object)
	if err != nil {
		return nil, inWords(err, "get", r, namespace)
	}
	return object, nil
}
