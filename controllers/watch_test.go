package controllers

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr/funcr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// TestRecordResult: every failure is counted, and only changes are logged, with a message
// that says what to do.
func TestRecordResult(t *testing.T) {
	pods := schema.GroupResource{Resource: "pods"}
	forbidden := apierrors.NewForbidden(pods, "", errors.New("no RBAC"))
	unreachable := &url.Error{Op: "Get", URL: "https://127.0.0.1:1", Err: errors.New("connection refused")}
	for _, c := range []struct {
		name    string
		answers []error
		log     []string
		errors  uint64
	}{
		{"all well", []error{nil, nil}, nil, 0},
		{"forbidden, logged once", []error{forbidden, forbidden}, []string{"grant podscore's ServiceAccount this verb"}, 2},
		{"and over", []error{forbidden, nil, nil}, []string{"grant podscore's ServiceAccount this verb", "answers again"}, 1},
		{"unknown", []error{apierrors.NewUnauthorized("expired")}, []string{"does not know podscore"}, 1},
		{"unreachable, then refused", []error{unreachable, forbidden}, []string{"cannot be reached", "grant podscore's ServiceAccount this verb"}, 2},
		{"something else", []error{apierrors.NewInternalError(errors.New("etcd"))}, []string{"answers with an error"}, 1},
		{"a watch that fell behind is no fault", []error{apierrors.NewResourceExpired("too old"), nil}, nil, 1},
		{"the same in other words", []error{unreachable, &url.Error{Op: "Get", URL: "https://127.0.0.1:1", Err: errors.New("from another port")}}, []string{"cannot be reached"}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lines []string
			log := funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
			watches := posture.NewWatches("pods")
			o := monitor{watches, time.Hour, log}
			for _, err := range c.answers {
				o.record(t.Context(), "pods", "watch", err)
			}
			if len(lines) != len(c.log) {
				t.Fatalf("the log has %q, want %q", lines, c.log)
			}
			for i, want := range c.log {
				if !strings.Contains(lines[i], want) || !strings.Contains(lines[i], `"verb"="watch" "resource"="pods"`) {
					t.Errorf("line %d is %s, want in it %q and the request", i, lines[i], want)
				}
			}
			if got := watches.Snapshot()[0].Errors; got != c.errors {
				t.Errorf("counted %d errors, want %d", got, c.errors)
			}
		})
	}
	watches := posture.NewWatches("pods")
	stopping, cancel := context.WithCancel(t.Context())
	cancel()
	monitor{watches, time.Hour, funcr.New(func(_, args string) { t.Errorf("logged: %s", args) }, funcr.Options{})}.record(stopping, "pods", "watch", context.Canceled)
	if errors := watches.Snapshot()[0].Errors; errors != 0 {
		t.Errorf("stopping counts as %d errors", errors)
	}
}

// TestStoppingAWatchLeavesNothingRunning: stopping a watch while an event waits leaves
// nothing running.
func TestStoppingAWatchLeavesNothingRunning(t *testing.T) {
	inner := watch.NewFakeWithChanSize(3, false)
	inspected := make(chan watch.EventType, 3)
	w := podsOf(t, nil, time.Hour).monitorWatch(t.Context(), inner, false, func() {})
	w.(*monitoredWatch).owns = func(string) bool { inspected <- watch.Added; return true }
	inner.Add(&sparse.Pod{})
	inner.Add(&sparse.Pod{})
	if e := <-w.ResultChan(); e.Type != watch.Added {
		t.Errorf("got %s", e.Type)
	}
	<-inspected
	<-inspected // the second event waits now, and nobody receives it
	w.Stop()
	w.Stop()
	select {
	case _, open := <-w.ResultChan():
		if open {
			t.Error("an event came after Stop")
		}
	case <-time.After(10 * time.Second):
		t.Error("the watch goes on after Stop")
	}
}

// TestForeignPodsAreDropped: the reflector gets a bookmark for an event of another shard's
// pod, and lists in pages without such pods.
func TestForeignPodsAreDropped(t *testing.T) {
	shard := Shard{Index: 0, Count: 2}
	mine, other := namespacesOf(shard)
	ours, theirs := read(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: mine}}), read(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: other, Name: "theirs", UID: "1", ResourceVersion: "5"}})
	var requests []metav1.ListOptions
	events := watch.NewFakeWithChanSize(10, false)
	var lines []string
	log := funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
	w := podsOf(t, &toolscache.ListWatch{
		ListWithContextFunc: func(_ context.Context, options metav1.ListOptions) (runtime.Object, error) {
			requests = append(requests, options)
			page := &sparse.PodList{Items: []*sparse.Pod{ours, theirs}}
			page.ResourceVersion = "7"
			if len(requests) < 3 {
				page.Continue = fmt.Sprint("page ", len(requests))
			}
			return page, nil
		},
		WatchFuncWithContext: func(_ context.Context, options metav1.ListOptions) (watch.Interface, error) {
			requests = append(requests, options)
			return events, nil
		},
	}, time.Hour)
	w.log, w.owns, w.selector = log, shard.Owns, shard.Selector()
	list, err := w.list(t.Context(), metav1.ListOptions{ResourceVersion: "0"})
	if err != nil {
		t.Fatal(err)
	}
	items, err := meta.ExtractList(list)
	if err != nil || len(items) != 3 || items[0] != ours || items[2] != ours {
		t.Errorf("the list has %d pods, want our 3: %v", len(items), err)
	}
	for i, options := range requests {
		if options.Limit != pageSize || options.ResourceVersion != "" || options.ShardSelector != shard.Selector() || (options.Continue == "") != (i == 0) {
			t.Errorf("page %d was requested with %+v", i, options)
		}
	}
	stream, err := w.watch(t.Context(), metav1.ListOptions{})
	if err != nil || requests[3].ShardSelector != shard.Selector() {
		t.Fatalf("watched with %+v: %v", requests[3], err)
	}
	for _, c := range []struct{ sent, want watch.EventType }{
		{watch.Added, watch.Bookmark}, {watch.Modified, watch.Bookmark}, {watch.Deleted, watch.Bookmark}, {watch.Bookmark, watch.Bookmark},
	} {
		events.Action(c.sent, theirs)
		got := <-stream.ResultChan()
		if carries := sparse.Bookmark(theirs.GetResourceVersion()); got.Type != c.want || c.sent != watch.Bookmark && !reflect.DeepEqual(got.Object, carries) {
			t.Errorf("%s of another shard's pod arrives as %s with %+v, want %s with a resource version", c.sent, got.Type, got.Object, c.want)
		}
		events.Action(c.sent, ours)
		if got := <-stream.ResultChan(); got.Type != c.sent {
			t.Errorf("%s of our pod arrives as %s", c.sent, got.Type)
		}
	}
	stream.Stop()
	if len(lines) != 1 || !strings.Contains(lines[0], "sends the pods of other shards too") {
		t.Errorf("the log has %q, want one line about the server", lines)
	}
}

// TestASilentWatchEnds: a watch ends when there is no event for too long, and an error is
// recorded before.
func TestASilentWatchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := watch.NewFake()
		var ended atomic.Bool
		lw := podsOf(t, nil, time.Minute)
		failed := func() bool { return lw.watches.(*posture.Watches).Err("pods", time.Now(), time.Hour) != nil }
		w := lw.monitorWatch(t.Context(), inner, false, func() { ended.Store(true) })
		for range 3 {
			time.Sleep(50 * time.Second)
			go inner.Add(&sparse.Pod{})
			if _, open := <-w.ResultChan(); !open || failed() {
				t.Fatalf("with an event every 50 s the watch is open: %t, an error is recorded: %t", open, failed())
			}
		}
		began := time.Now()
		if event, open := <-w.ResultChan(); open {
			t.Fatalf("an event that nobody sent: %v", event)
		}
		synctest.Wait()
		if silent := time.Since(began); silent != time.Minute || !failed() || !ended.Load() || !inner.IsStopped() {
			t.Errorf("it ended after %s; an error is recorded: %t, ended is called: %t, the inner watch is stopped: %t", silent, failed(), ended.Load(), inner.IsStopped())
		}
	})
}
