package controllers

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// history is an API server that has some events, after which the watch ends.
type history struct {
	client.WithWatch
	events []watch.Event
}

func (h history) Watch(context.Context, client.ObjectList, ...client.ListOption) (watch.Interface, error) {
	events := make(chan watch.Event, len(h.events))
	for _, event := range h.events {
		events <- event
	}
	close(events)
	return watch.NewProxyWatcher(events), nil
}

// TestReplay: pods that appeared since a version count, those before it do not; and where
// the API server has only a part of the events since then, they go by their creation time.
func TestReplay(t *testing.T) {
	noted := time.Unix(1_790_000_000, 0)
	pod := func(name string, version int, created time.Duration) *sparse.Pod {
		return read(t, &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "shop", Name: name, UID: types.UID(name), ResourceVersion: strconv.Itoa(version),
				CreationTimestamp: metav1.NewTime(noted.Add(created)),
			},
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}},
		})
	}
	changed := pod("old", 15, -time.Hour)
	first, last := pod("first", 20, time.Minute), pod("last", 30, time.Minute)
	whole := []watch.Event{
		{Type: watch.Modified, Object: changed},
		{Type: watch.Added, Object: first},
		{Type: watch.Deleted, Object: first},
		{Type: watch.Added, Object: last},
	}
	for name, c := range map[string]struct {
		events []watch.Event
		want   uint64 // pods that are counted
	}{
		"all of it":       {whole, 2},     // first and last
		"a part":          {whole[:2], 1}, // last
		"nothing":         {nil, 1},
		"it is forgotten": {[]watch.Event{{Type: watch.Error, Object: &metav1.Status{Status: metav1.StatusFailure, Code: 410, Reason: metav1.StatusReasonExpired}}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			now := noted.Add(time.Hour)
			store := posture.New(posture.Options{Elected: true, Now: func() time.Time { return now }})
			store.ReplaceNamespaces(map[string]map[string]string{"shop": nil}, 0)
			note := posture.Note{Exposed: map[string]uint64{"": 10}, At: noted}
			store.Follow(note)
			sink := &podSink{
				Reflectors: &Reflectors{
					Cluster: &Cluster{Client: history{events: c.events}, Shard: WholeCluster, Log: logr.Discard()}, Store: store,
					InitialNote: func(context.Context) (*posture.Note, error) { return &note, nil },
				},
				ctx: t.Context(), log: logr.Discard(),
			}
			if err := sink.Replace([]any{changed, last}, "30"); err != nil {
				t.Fatal(err)
			}
			store.Lead(now.Add(time.Minute))
			store.Exposed(store.Snapshot())
			store.Release(true)
			snapshot := store.Snapshot()
			var got uint64
			for _, pods := range snapshot.Observed {
				got += pods
			}
			if got != c.want {
				t.Errorf("%d pods are counted, want %d", got, c.want)
			}
		})
	}
}
