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

// TestStalledWatch stalls watches, which look the same as watches without events. After
// a timeout podscore has to report them and start them again.
func TestStalledWatch(t *testing.T) {
	t.Parallel()
	w := worldFor(t)
	const why = "silent|told nothing"
	for i, fault := range []fault{
		{name: "those that run, for good", inject: func(ctx context.Context, w *world, _ *injection) error {
			w.replicas[0].proxy.Strand()
			return w.replicas[0].awaitLog(ctx, "The API server tells nothing any more") // and it is asked again at once
		}},
		{name: "new ones too, for a time", readyz: why, inject: disturbed(false, func(*rand.Rand) Disturbance { return Disturbance{Stalled: true} })},
		// Connections end without a response, which client-go would take for watches without events.
		{name: "the API server is gone behind a load balancer", readyz: "EOF", inject: killBehindBalancer},
	} {
		t.Run(fault.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			w.started(t, kind{limit: 5000, flags: []string{"--watch-stalled-after=3s"}}, random, 50)
			beating, stop := context.WithCancel(t.Context())
			stopped := make(chan error, 1)
			go func() { stopped <- w.beat(beating) }()
			s := &injection{
				random:  random,
				change:  func(ctx context.Context) error { return w.load.change(ctx, 50) },
				inspect: func(ctx context.Context) error { return w.notReady(ctx, fault.readyz) },
			}
			w.must(t, fault.inject(t.Context(), w, s))
			w.must(t, w.ready(t.Context()))
			w.must(t, w.check(t.Context()))
			stop()
			w.must(t, <-stopped)
		})
	}
}

// beat changes a pod and a namespace several times a second, without an effect on the
// series, so that only a stalled watch is silent for long.
func (w *world) beat(ctx context.Context) error {
	pods := w.client.CoreV1().Pods("default")
	pod, err := pods.Create(ctx, randomPod(rand.New(rand.NewPCG(0, 0)), "default", "beat"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	w.ledger.add(pod.Namespace, w.truth.moment(pod, happens)).pod = pod
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
