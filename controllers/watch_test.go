package controllers

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/podscore/podscore/posture"
)

// TestAnswered: every failure is counted, and only news are told, in words
// that say what to do.
func TestAnswered(t *testing.T) {
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
		{"forbidden, told once", []error{forbidden, forbidden}, []string{"grant podscore's ServiceAccount this verb"}, 2},
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
			o := observer{watches, log}
			for _, err := range c.answers {
				o.answered(t.Context(), "pods", "watch", err)
			}
			if len(lines) != len(c.log) {
				t.Fatalf("the log has %q, want %q", lines, c.log)
			}
			for i, want := range c.log {
				if !strings.Contains(lines[i], want) || !strings.Contains(lines[i], `"verb"="watch" "resource"="pods"`) {
					t.Errorf("line %d is %s, want in it %q and what was asked for", i, lines[i], want)
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
	observer{watches, funcr.New(func(_, args string) { t.Errorf("told: %s", args) }, funcr.Options{})}.answered(stopping, "pods", "watch", context.Canceled)
	if errors := watches.Snapshot()[0].Errors; errors != 0 {
		t.Errorf("stopping counts as %d errors", errors)
	}
}

// TestObserveEndsWithItsWatch: stopping a watch while an event waits leaves
// nothing running.
func TestObserveEndsWithItsWatch(t *testing.T) {
	inner := watch.NewFakeWithChanSize(3, false)
	seen := make(chan watch.EventType, 3)
	w := observe(inner, func(e watch.Event) { seen <- e.Type })
	inner.Add(nil)
	inner.Action(watch.Bookmark, nil)
	if e := <-w.ResultChan(); e.Type != watch.Added {
		t.Errorf("got %s", e.Type)
	}
	<-seen
	if kind := <-seen; kind != watch.Bookmark { // it waits now, for nobody
		t.Errorf("saw %s", kind)
	}
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
