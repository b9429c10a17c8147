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

// leaderIsDeaf has the watches of who leads end, and new ones tell nothing, while
// it can write its Lease. A standby that hears the API server may take over.
func leaderIsDeaf(ctx context.Context, w *world, s *strike) error {
	leader, _, err := w.leader(ctx)
	if err != nil {
		return err
	}
	leader.proxy.Set(Weather{Watches: true, Stalled: true})
	leader.proxy.Cut()
	defer leader.proxy.Set(Weather{})
	return errors.Join(s.change(ctx), s.look(ctx))
}

// answersLost has what who leads writes be written, and the answers be lost; in half
// of the cases it is killed then, and nobody knows what it had counted but the Lease.
func answersLost(ctx context.Context, w *world, s *strike) error {
	leader, _, err := w.leader(ctx)
	if err != nil {
		return err
	}
	leader.proxy.Set(Weather{Loses: true})
	defer leader.proxy.Set(Weather{})
	if err := errors.Join(s.change(ctx), s.look(ctx)); err != nil || s.random.IntN(2) == 0 {
		return err
	}
	if err := leader.Kill(); err != nil {
		return err
	}
	if len(w.replicas) == 1 { // or else the standby counts, and sees everything
		w.ledger.killed()
		w.ledger.restarted(true)
	}
	leader.proxy.Set(Weather{})
	return errors.Join(w.launch(ctx, leader), w.ready(ctx))
}

// frozen has a standby stand still while pods change, and wake up.
func frozen(ctx context.Context, w *world, s *strike) error {
	_, standby, err := w.leader(ctx)
	if err == nil {
		err = standby.Signal(syscall.SIGSTOP)
	}
	if err != nil {
		return err
	}
	err = errors.Join(s.change(ctx), s.look(ctx))
	return errors.Join(err, standby.Signal(syscall.SIGCONT))
}

// clockJumps has the clock of a replica be an hour ahead, and then an hour behind,
// and right again.
func clockJumps(ctx context.Context, w *world, s *strike) error {
	r := w.replicas[s.random.IntN(len(w.replicas))]
	var errs []error
	for _, ahead := range []time.Duration{time.Hour, -time.Hour, 0} {
		errs = append(errs, r.setClock(ahead), s.change(ctx), s.look(ctx))
	}
	return errors.Join(errs...)
}

// oneLags has the watch on one namespace tell everything late, and a restart fall
// into that where podscore is elected.
func oneLags(ctx context.Context, w *world, s *strike) error {
	late := w.load.randomNamespace()
	w.weather(func() Weather {
		return Weather{Only: "/api/v1/namespaces/" + late + "/pods", Late: milliseconds(s.random, 1000, 4000)}
	})
	defer w.fair()
	return errors.Join(s.change(ctx), s.look(ctx))
}

// endless has streamed lists never say that they are whole, as some proxies do, and
// has podscore list: those that have begun never end, even when new ones would.
func endless(ctx context.Context, w *world, s *strike) error {
	w.weather(func() Weather { return Weather{Endless: true} })
	defer w.fair()
	return errors.Join(expire(ctx, w, s), s.look(ctx))
}

// hostile has a namespace in which somebody does all that a user may who may create
// pods: it must be no matter to any other.
func hostile(ctx context.Context, w *world, s *strike) error {
	namespace := w.load.randomNamespace()
	for range 20 {
		if err := w.load.createAs(ctx, namespace, w.load.newName(), disguise); err != nil {
			return err
		}
	}
	return errors.Join(w.load.fill(ctx, 300, namespace), s.change(ctx))
}

// disguise gives a pod what no honest one has.
func disguise(r *rand.Rand, pod *corev1.Pod) {
	switch r.IntN(4) {
	case 0: // what ends a streamed list, on a bookmark
		pod.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	case 1: // text that somebody will read in an alert
		pod.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: "v1", Kind: oneOf(r, "<!channel> *compromised*", "Deployment", "x\u202ey"), Name: oneOf(r, "[here](https://example.com)", "a\nb", "web"),
			UID: types.UID("owner"), Controller: new(true),
		}}
	case 2: // a great many containers
		for i := range 300 {
			pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: fmt.Sprint("more-", i), Image: "app"})
		}
	case 3: // much that nobody reads
		pod.Annotations = map[string]string{}
		for i := range 20 {
			pod.Annotations[fmt.Sprint("padding-", i)] = fmt.Sprintf("%010000d", i)
		}
	}
}
