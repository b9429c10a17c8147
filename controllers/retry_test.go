package controllers

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// outage is an API server that fails for a while, and records when it gets requests. All
// times are relative to begin.
type outage struct {
	mu        sync.Mutex
	begin     time.Time
	from, to  time.Duration
	fails     error
	endsWatch bool // while it fails, watches are opened and end at once
	asked     []time.Duration
}

// ask records a request, and reports whether it fails.
func (o *outage) ask() (failed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := time.Since(o.begin)
	o.asked = append(o.asked, at)
	return at >= o.from && at < o.to
}

func (o *outage) list(context.Context, metav1.ListOptions) (runtime.Object, error) {
	if o.ask() {
		return nil, o.fails
	}
	return &sparse.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "9"}}, nil
}

// watch refuses to stream a list. A watch that was opened before the outage ends when that
// begins.
func (o *outage) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	if options.SendInitialEvents != nil {
		return nil, apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "", nil)
	}
	failed := o.ask()
	if failed && !o.endsWatch {
		return nil, o.fails
	}
	inner := watch.NewRaceFreeFake()
	if failed {
		inner.Stop()
	} else if before := time.Until(o.begin.Add(o.from)); before > 0 {
		stop := time.AfterFunc(before, inner.Stop)
		context.AfterFunc(ctx, func() { stop.Stop() })
	}
	return inner, nil
}

// TestTriedAgainSoon: after an outage of any kind, the watch is tried again within 2 s, and
// two podscores do not try at the same times.
func TestTriedAgainSoon(t *testing.T) {
	for name, fails := range map[string]error{
		"refused":           &url.Error{Op: "Get", URL: "https://127.0.0.1:1", Err: errors.New("connection refused")},
		"without etcd":      apierrors.NewInternalError(errors.New("no leader")),
		"not there yet":     apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "", errors.New("no roles yet")),
		"watches end":       nil,
		"something garbled": errors.New("unexpected character"),
	} {
		for phase, from := range map[string]time.Duration{"at the start": 0, "later": time.Minute} {
			t.Run(name+" "+phase, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, stop := context.WithCancel(t.Context())
					servers := []*outage{}
					for range 2 {
						o := &outage{begin: time.Now(), from: from, to: from + 10*time.Minute, fails: fails, endsWatch: fails == nil}
						if o.fails == nil {
							o.fails = errors.New("no list either")
						}
						servers = append(servers, o)
						lw := &toolscache.ListWatch{ListWithContextFunc: o.list, WatchFuncWithContext: o.watch}
						keep(ctx, Cluster{Watches: posture.NewWatches("pods"), Stalled: time.Hour, Shard: WholeCluster}, lw)
					}
					time.Sleep(from + 11*time.Minute)
					stop()
					synctest.Wait()
					inStep := 0
					for i, o := range servers {
						before, back := from, false
						for n, at := range o.asked {
							if at > from && at-before > 2*time.Second && !back {
								t.Fatalf("server %d was asked after %s and then not until %s", i, before, at)
							}
							if at >= from {
								before, back = at, at >= o.to
							}
							if at > from && n < len(servers[0].asked) && servers[1-i].asked[min(n, len(servers[1-i].asked)-1)] == at {
								inStep++
							}
						}
						if !back {
							t.Errorf("server %d was not asked when it was back; last after %s", i, before)
						}
						if len(o.asked) > 900 {
							t.Errorf("server %d was asked %d times in 11 minutes", i, len(o.asked))
						}
					}
					if inStep > 20 && name != "watches end" {
						t.Errorf("two podscores ask at the same moment, %d times", inStep)
					}
				})
			})
		}
	}
}
