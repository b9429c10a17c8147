package controllers

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// podsOf returns a listerWatcher of all pods over inner.
func podsOf(t *testing.T, inner *toolscache.ListWatch, stalled time.Duration) *listerWatcher {
	t.Helper()
	watches := posture.NewWatches("pods")
	return &listerWatcher{
		monitor: monitor{watches, stalled, logr.Discard()}, name: watches.Open("pods"), read: readPod,
		owns: WholeCluster.Owns, logForeign: &sync.Once{}, inner: toolscache.ToListerWatcherWithContext(inner),
	}
}

// podAt returns a pod with a resource version, named after it.
func podAt(t *testing.T, resourceVersion int) *sparse.Pod {
	number := strconv.Itoa(resourceVersion)
	return read(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-" + number, ResourceVersion: number}})
}

// TestAListWithoutAnEnd: if the API server streams a list and events, but never the end of
// the list, the reflector gets all pods by a list in pages after a while. This is logged
// and counted once, and no list is streamed again until much later.
func TestAListWithoutAnEnd(t *testing.T) {
	for name, every := range map[string]time.Duration{"busy": time.Second, "quiet": 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				var streamed, listed atomic.Int32
				lw := &toolscache.ListWatch{
					ListWithContextFunc: func(context.Context, metav1.ListOptions) (runtime.Object, error) {
						listed.Add(1)
						return &sparse.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "9"}, Items: []*sparse.Pod{podAt(t, 4), podAt(t, 2), podAt(t, 7)}}, nil
					},
					WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
						if options.SendInitialEvents != nil {
							streamed.Add(1)
						} else if listed.Load() == 1 { // one watch, and then the reflector has to list again
							return nil, apierrors.NewResourceExpired("too old")
						}
						inner := watch.NewRaceFreeFake()
						for _, version := range []int{4, 2, 7} {
							inner.Add(podAt(t, version))
						}
						go func() {
							for version := 10; ctx.Err() == nil; version++ {
								select {
								case <-ctx.Done():
								case <-time.After(every):
									inner.Modify(podAt(t, version))
								}
							}
						}()
						return inner, nil
					},
				}
				var logged atomic.Int32
				log := funcr.New(func(_, args string) {
					if strings.Contains(args, "never marks its end") {
						logged.Add(1)
					}
				}, funcr.Options{})
				watches := posture.NewWatches("pods")
				pods := keep(ctx, Cluster{Watches: watches, Stalled: 3 * time.Minute, Log: log, Shard: WholeCluster}, lw)
				time.Sleep(59 * time.Second)
				if err := watches.Err("pods", time.Now(), 3*time.Minute); err == nil || !strings.Contains(err.Error(), "the list of pods to end") {
					t.Errorf("/readyz does not name the list: %v", err)
				}
				time.Sleep(10 * time.Second)
				if got := len(pods.List()); pods.lists.Load() == 0 || got < 3 || listed.Load() != 2 || streamed.Load() != 1 {
					t.Errorf("after 69 s the sink got %d lists and has %d pods; %d lists in pages, want 2; %d streamed lists, want 1", pods.lists.Load(), got, listed.Load(), streamed.Load())
				}
				if err := watches.Err("pods", time.Now(), 3*time.Minute); err != nil {
					t.Errorf("all pods are there: %v", err)
				}
				if got := watches.Snapshot()[0].Errors; got != 2 || logged.Load() != 1 { // the list without an end and the watch that expired
					t.Errorf("%d errors are counted, want 2; %d lines are logged, want 1", got, logged.Load())
				}
				stop()
				synctest.Wait()
			})
		})
	}
}

// TestStreamedLists: a streamed list that makes progress is given up only after maxStalls
// times the limit of silence. After retryStreamAfter, a list is streamed again.
func TestStreamedLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const stalled = 3 * time.Minute
		ctx, stop := context.WithCancel(t.Context())
		inner := watch.NewRaceFreeFake()
		w := podsOf(t, &toolscache.ListWatch{WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) { return inner, nil }}, stalled)
		streams := func() (watch.Interface, error) { return w.watch(ctx, metav1.ListOptions{SendInitialEvents: new(true)}) }
		stream, err := streams()
		if err != nil {
			t.Fatal(err)
		}
		first := inner
		for i := range 40 { // a slow list: in the order of names, old and new pods alternate
			pod := podAt(t, []int{500, 100 + i}[i%2])
			time.AfterFunc(time.Duration(i)*20*time.Second, func() { first.Add(pod) })
		}
		began := time.Now()
		last := watch.Event{}
		for event := range stream.ResultChan() {
			last = event
		}
		if took := time.Since(began); last.Type != watch.Error || took != maxStalls*stalled {
			t.Errorf("a list that makes progress was given up after %s with %+v, want %s and an error", took, last, maxStalls*stalled)
		}
		if _, err := streams(); !errors.Is(err, errEndless) {
			t.Errorf("another was opened: %v", err)
		}
		time.Sleep(retryStreamAfter)
		inner = watch.NewRaceFreeFake() // the first is over
		stream, err = streams()
		if err != nil {
			t.Fatalf("much later: %v", err)
		}
		inner.Action(watch.Bookmark, read(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{ResourceVersion: "1", Annotations: map[string]string{metav1.InitialEventsAnnotationKey: "true"}}}))
		<-stream.ResultChan()
		time.Sleep(stalled - time.Second)
		inner.Add(podAt(t, 2))
		if event := <-stream.ResultChan(); event.Type != watch.Added {
			t.Errorf("after its end the watch goes on with %+v", event)
		}
		stream.Stop()
		stop()
		synctest.Wait()
	})
}
