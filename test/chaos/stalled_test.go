package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestStalledWatch has watches stand still. They look like those on which nothing
// happens: only the time tells, and then podscore says so and starts them again.
func TestStalledWatch(t *testing.T) {
	t.Parallel()
	w := worldFor(t)
	const why = "silent|told nothing"
	for i, fault := range []fault{
		{name: "those that run, for good", strike: func(ctx context.Context, w *world, _ *strike) error {
			w.replicas[0].proxy.Strand()
			return w.replicas[0].logs(ctx, "The API server tells nothing any more") // and it is asked again at once
		}},
		{name: "new ones too, for a time", says: why, strike: bad(false, func(*rand.Rand) Weather { return Weather{Stalled: true} })},
		// Connections end without an answer, which client-go would take for watches on which nothing happened.
		{name: "the API server is gone behind a load balancer", says: "EOF", strike: killBehindBalancer},
	} {
		t.Run(fault.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			w.started(t, kind{limit: 5000, flags: []string{"--watch-stalled-after=3s"}}, random, 50)
			beating, stop := context.WithCancel(t.Context())
			stopped := make(chan error, 1)
			go func() { stopped <- w.beat(beating) }()
			s := &strike{
				random: random,
				change: func(ctx context.Context) error { return w.load.change(ctx, 50) },
				look:   func(ctx context.Context) error { return w.says(ctx, fault.says) },
			}
			w.must(t, fault.strike(t.Context(), w, s))
			w.must(t, w.ready(t.Context()))
			w.must(t, w.check(t.Context()))
			stop()
			w.must(t, <-stopped)
		})
	}
}

// beat has something happen all the time, to a pod and a namespace that matters
// to nobody, so that only a watch that stands still tells nothing for long.
func (w *world) beat(ctx context.Context) error {
	pods := w.client.CoreV1().Pods("default")
	pod, err := pods.Create(ctx, randomPod(rand.New(rand.NewPCG(0, 0)), "default", "beat"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	w.ledger.add(pod.Namespace, w.truth.of(pod))
	defer func() { _ = pods.Delete(context.WithoutCancel(ctx), pod.Name, atOnce) }()
	for i := 0; ctx.Err() == nil; i++ {
		patch := fmt.Appendf(nil, `{"metadata":{"labels":{"beat":"%d"}}}`, i)
		err := persist(ctx, func() error {
			_, err := pods.Patch(ctx, pod.Name, types.MergePatchType, patch, metav1.PatchOptions{})
			if err == nil {
				_, err = w.client.CoreV1().Namespaces().Patch(ctx, "default", types.MergePatchType, patch, metav1.PatchOptions{})
			}
			return err
		})
		if err != nil && ctx.Err() == nil {
			return err
		}
		time.Sleep(300 * time.Millisecond)
	}
	return nil
}
