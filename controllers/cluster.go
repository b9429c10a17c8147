package controllers

import (
	"context"
	"time"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Cluster is the API server that reflectors read from, and what they read.
type Cluster struct {
	// Client lists and watches. Its scheme must be that of NewScheme.
	Client client.WithWatch
	// Watches is informed of every request, and of every event.
	Watches Watches
	// Stalled is how long a request may be without a response, and a watch without
	// events, before it is cancelled and made again.
	Stalled time.Duration
	// Shard is the part of the namespaces whose objects are kept.
	Shard Shard
	// Namespaces lists the namespaces whose pods are watched, with one watch for each.
	// If it is empty, one watch is on the pods of all namespaces.
	Namespaces []string
	// Log gets what an operator should know.
	Log logr.Logger
}

// scopes lists the scopes of the watches on a resource, see [PodStore].
func (c *Cluster) scopes() []string {
	if len(c.Namespaces) == 0 {
		return []string{metav1.NamespaceAll}
	}
	return c.Namespaces
}

// listWatch returns the list and watch calls for a resource in a namespace, or in all
// where scope is "".
func (c *Cluster) listWatch(resource *resource, scope string) toolscache.ListerWatcherWithContext {
	with := func(raw metav1.ListOptions) *client.ListOptions {
		return &client.ListOptions{Namespace: scope, FieldSelector: resource.selector, Raw: &raw}
	}
	return toolscache.ToListerWatcherWithContext(&toolscache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, raw metav1.ListOptions) (runtime.Object, error) {
			list := resource.newList()
			options := with(raw)
			options.Limit, options.Continue = raw.Limit, raw.Continue
			return list, c.Client.List(ctx, list, options)
		},
		WatchFuncWithContext: func(ctx context.Context, raw metav1.ListOptions) (watch.Interface, error) {
			return c.Client.Watch(ctx, resource.newList(), with(raw))
		},
	})
}
