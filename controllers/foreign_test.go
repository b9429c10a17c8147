package controllers

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// namespacesOf returns the name of a namespace that the shard owns, and of one that it does
// not own.
func namespacesOf(shard Shard) (mine, other string) {
	for i := 0; mine == "" || other == ""; i++ {
		if name := fmt.Sprint("team-", i); shard.Owns(name) {
			mine = name
		} else {
			other = name
		}
	}
	return mine, other
}

// TestAPodEndsNoList: only the API server's bookmark ends a streamed list, not a pod of
// this or of another shard that has the bookmark's annotation.
func TestAPodEndsNoList(t *testing.T) {
	shard := Shard{Index: 1, Count: 3}
	mine, other := namespacesOf(shard)
	end := map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	pod := func(namespace, name string) *sparse.Pod {
		return read(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, ResourceVersion: "3", Annotations: end}})
	}
	stream := watch.NewFakeWithChanSize(10, false)
	stream.Add(pod(other, "first"))
	stream.Add(pod(mine, "a"))
	stream.Modify(pod(other, "first"))
	stream.Add(pod(mine, "b"))
	stream.Delete(pod(other, "first"))
	stream.Add(pod(mine, "c"))
	stream.Action(watch.Bookmark, read(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{ResourceVersion: "9", Annotations: end}}))
	lw := &toolscache.ListWatch{WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) { return stream, nil }}

	pods := keep(t.Context(), Cluster{Watches: posture.NewWatches("pods"), Stalled: time.Hour, Shard: shard}, lw)
	for pods.lists.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if got := len(pods.List()); got != 3 || pods.events.Load() > 0 {
		t.Errorf("the list has %d pods, and %d came after its end; want 3 and 0", got, pods.events.Load())
	}
}
