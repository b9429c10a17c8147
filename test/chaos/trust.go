package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// leaderIsDeaf ends the watches of the leader and stalls new ones, while it can still
// write its Lease. A standby whose watches work may take over.
func leaderIsDeaf(ctx context.Context, w *world, s *injection) error {
	leader, _, err := w.leader(ctx)
	if err != nil {
		return err
	}
	leader.proxy.Set(Disturbance{Watches: true, Stalled: true})
	leader.proxy.Cut()
	defer leader.proxy.Set(Disturbance{})
	return errors.Join(s.change(ctx), s.inspect(ctx))
}

// answersLost drops the responses to the leader's writes. In half of the cases it then
// kills the leader: what that had counted is only on the Lease.
func answersLost(ctx context.Context, w *world, s *injection) error {
	leader, _, err := w.leader(ctx)
	if err != nil {
		return err
	}
	leader.proxy.Set(Disturbance{DropsResponses: true})
	defer leader.proxy.Set(Disturbance{})
	if err := errors.Join(s.change(ctx), s.inspect(ctx)); err != nil || s.random.IntN(2) == 0 {
		return err
	}
	if err := leader.Kill(); err != nil {
		return err
	}
	if len(w.replicas) == 1 { // else the standby counts, which has received all events
		w.ledger.killed()
		w.ledger.restarted(true)
	}
	leader.proxy.Set(Disturbance{})
	return errors.Join(w.launch(ctx, leader), w.ready(ctx))
}

// frozen pauses a standby while pods change.
func frozen(ctx context.Context, w *world, s *injection) error {
	_, standby, err := w.leader(ctx)
	if err == nil {
		err = standby.Signal(syscall.SIGSTOP)
	}
	if err != nil {
		return err
	}
	err = errors.Join(s.change(ctx), s.inspect(ctx))
	return errors.Join(err, standby.Signal(syscall.SIGCONT))
}

// clockJumps sets the clock of a replica an hour ahead, then an hour behind, then right
// again.
func clockJumps(ctx context.Context, w *world, s *injection) error {
	r := w.replicas[s.random.IntN(len(w.replicas))]
	var errs []error
	for _, ahead := range []time.Duration{time.Hour, -time.Hour, 0} {
		errs = append(errs, r.setClock(ahead), s.change(ctx), s.inspect(ctx))
	}
	return errors.Join(errs...)
}

// oneLags delays the events of the watch on one namespace's pods.
func oneLags(ctx context.Context, w *world, s *injection) error {
	late := w.load.randomNamespace()
	w.disturb(func() Disturbance {
		return Disturbance{Only: "/api/v1/namespaces/" + late + "/pods", Lag: milliseconds(s.random, 1000, 4000)}
	})
	defer w.calm()
	return errors.Join(s.change(ctx), s.inspect(ctx))
}

// endless drops the end of streamed lists, as some proxies do, and makes podscore list.
// Lists that began during the disturbance never end, even after it.
func endless(ctx context.Context, w *world, s *injection) error {
	w.disturb(func() Disturbance { return Disturbance{Endless: true} })
	defer w.calm()
	return errors.Join(expire(ctx, w, s), s.inspect(ctx))
}

// hostile creates pods in one namespace as an attacker would who may create pods there.
// It must have no effect on other namespaces.
func hostile(ctx context.Context, w *world, s *injection) error {
	namespace := w.load.randomNamespace()
	for range 20 {
		if err := w.load.createAs(ctx, namespace, w.load.newName(), disguise); err != nil {
			return err
		}
	}
	return errors.Join(w.load.fill(ctx, 300, namespace), s.change(ctx))
}

// disguise sets what only an attacker would set in a pod.
func disguise(r *rand.Rand, pod *corev1.Pod) {
	switch r.IntN(4) {
	case 0: // the annotation that on a bookmark ends a streamed list
		pod.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	case 1: // text that would be in alerts
		pod.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: "v1", Kind: oneOf(r, "<!channel> *compromised*", "Deployment", "x\u202ey"), Name: oneOf(r, "[here](https://example.com)", "a\nb", "web"),
			UID: types.UID("owner"), Controller: new(true),
		}}
	case 2: // a great many containers
		for i := range 300 {
			pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: fmt.Sprint("more-", i), Image: "app"})
		}
	case 3: // large annotations
		pod.Annotations = map[string]string{}
		for i := range 20 {
			pod.Annotations[fmt.Sprint("padding-", i)] = fmt.Sprintf("%010000d", i)
		}
	}
}
