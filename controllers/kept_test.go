package controllers

import (
	"context"
	"sync/atomic"

	"github.com/go-logr/logr"
	toolscache "k8s.io/client-go/tools/cache"
)

// kept is a sink that keeps all objects, and counts its calls.
type kept struct {
	toolscache.Store
	lists, events atomic.Int32
}

func (k *kept) start(context.Context) {}

func (k *kept) Bookmark(string) error { return nil }

func (k *kept) Add(object any) error {
	k.events.Add(1)
	return k.Store.Add(object)
}

func (k *kept) Replace(objects []any, version string) error {
	defer k.lists.Add(1)
	return k.Store.Replace(objects, version)
}

// keep starts a reflector of pods, which runs until ctx is done, and returns its sink.
func keep(ctx context.Context, cluster Cluster, lw *toolscache.ListWatch) *kept {
	if cluster.Log.GetSink() == nil {
		cluster.Log = logr.Discard()
	}
	k := &kept{Store: toolscache.NewStore(toolscache.MetaNamespaceKeyFunc)}
	reflector := newReflector(cluster.listerWatcher(watchedPods, toolscache.ToListerWatcherWithContext(lw)), watchedPods.example, k)
	go func() { _ = reflector.Start(ctx) }()
	return k
}
