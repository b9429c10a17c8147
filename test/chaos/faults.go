package chaos

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// fault is something that fails and recovers.
type fault struct {
	name string
	slow bool // it takes over a minute, until client-go reads its token again
	pods int  // with how many pods TestFaults begins; 0 for a few
	// kind is how TestFaults runs podscore for the fault. fits reports whether the
	// fault can be injected into a kind; nil if into any.
	kind kind
	fits func(kind) bool
	// readyz is what /readyz has to say of the watch on pods during the fault, as a
	// regular expression; "" if podscore cannot notice the fault.
	readyz string
	// inject injects the fault, calls change and inspect while it lasts, and ends it.
	inject func(ctx context.Context, w *world, s *injection) error
}

// injection is one injection of a fault.
type injection struct {
	random *rand.Rand
	// change changes pods.
	change func(ctx context.Context) error
	// inspect checks podscore, or only waits, while the fault lasts.
	inspect func(ctx context.Context) error
}

// faults lists all that a sequence draws from.
var faults = []fault{
	{name: "nothing breaks", inject: func(ctx context.Context, _ *world, s *injection) error { return s.change(ctx) }},
	{name: "all pods are replaced", inject: replaceAll},
	{name: "all pods are replaced under their names", inject: replaceInPlace},

	{name: "the API server is killed", readyz: "refused", inject: killAPIServer},
	{name: "the API server is killed behind a load balancer", inject: killBehindBalancer},
	{name: "etcd is killed", inject: killEtcd},
	{name: "etcd is compacted and watches expire", readyz: "refused", inject: expire},

	{name: "all connections are cut, again and again", inject: cutConnections},
	{name: "watches are cut anywhere", inject: disturbed(false, func(r *rand.Rand) Disturbance { return Disturbance{Cuts: rand.New(rand.NewPCG(r.Uint64(), 0))} })},
	{name: "answers are 429", readyz: "Too Many Requests", inject: disturbed(true, func(*rand.Rand) Disturbance { return Disturbance{Status: http.StatusTooManyRequests, RetryAfter: 1} })},
	{name: "answers are 500", readyz: "Internal Server Error", inject: disturbed(true, func(*rand.Rand) Disturbance { return Disturbance{Status: http.StatusInternalServerError} })},
	{name: "answers are 503", readyz: "Service Unavailable", inject: disturbed(true, func(*rand.Rand) Disturbance { return Disturbance{Status: http.StatusServiceUnavailable} })},
	{name: "answers are slow", inject: disturbed(true, func(r *rand.Rand) Disturbance { return Disturbance{Delay: milliseconds(r, 200, 1000)} })},
	{name: "nothing is answered", inject: disturbed(true, func(*rand.Rand) Disturbance { return Disturbance{Stalled: true} })},
	{name: "watches stand still", inject: disturbed(false, func(*rand.Rand) Disturbance { return Disturbance{Stalled: true} })},
	{name: "events come several times", inject: disturbed(false, func(r *rand.Rand) Disturbance { return Disturbance{Repeats: 1 + r.IntN(3)} })},
	{name: "events come late", inject: disturbed(false, func(r *rand.Rand) Disturbance { return Disturbance{Lag: milliseconds(r, 500, 3000)} })},
	{name: "podscore is cut off", readyz: "refused", inject: cutOff},
	{name: "podscore is cut off and much is gone", readyz: "refused", inject: cutOffFrom, pods: 3000},

	{name: "rights are revoked", readyz: "forbidden", inject: revoke},
	{name: "the token is not valid any more", readyz: "Unauthorized", inject: rotateToken, slow: true},
	{name: "podscore is killed and much is gone", inject: killPodscore, pods: 3000},

	{name: "the watches of the leader are stalled", kind: pair, inject: leaderIsDeaf},
	{name: "responses to the writes of the leader are lost", kind: pair, fits: kind.elected, inject: answersLost},
	{name: "a standby is frozen", kind: pair, fits: several, inject: frozen},
	{name: "a clock jumps", kind: kind{replicas: 2, clock: true}, fits: func(k kind) bool { return k.clock }, inject: clockJumps},
	{name: "one of several watches lags", kind: kind{namespaced: true}, fits: func(k kind) bool { return k.namespaced }, inject: oneLags},
	{name: "streamed lists never end", inject: endless},
	{name: "a hostile namespace", inject: hostile},

	{name: "the configuration changes", inject: reconfigure},
	{name: "the configuration changes in one replica after the other", kind: pair, fits: several, inject: reconfigureInTurn},
	{name: "the configuration changes and the leader is killed", kind: pair, fits: several, inject: reconfigureAndKill},
	{name: "a configuration file is bad", inject: badFile},
	{name: "an exemption ends", kind: pair, fits: func(k kind) bool { return !k.clock }, inject: endExemption},
	{name: "a namespace is labelled into an exemption and out of it", kind: pair, fits: func(k kind) bool { return !k.namespaced }, inject: relabel},
}

// pair is two elected replicas.
var pair = kind{replicas: 2}

func several(k kind) bool { return k.replicas > 1 }

func milliseconds(r *rand.Rand, least, most int) time.Duration {
	return time.Duration(least+r.IntN(most-least)) * time.Millisecond
}

// disturbed returns an inject that changes pods during a disturbance, before which it
// cuts all connections if cut is true.
func disturbed(cut bool, disturbance func(*rand.Rand) Disturbance) func(context.Context, *world, *injection) error {
	return func(ctx context.Context, w *world, s *injection) error {
		w.disturb(func() Disturbance { return disturbance(s.random) })
		defer w.calm()
		if cut {
			w.cut()
		}
		return errors.Join(s.change(ctx), s.inspect(ctx))
	}
}

// meanwhile calls do while pods change.
func (s *injection) meanwhile(ctx context.Context, do func() error) error {
	changed := make(chan error, 1)
	go func() { changed <- s.change(ctx) }()
	time.Sleep(milliseconds(s.random, 10, 200))
	return errors.Join(do(), <-changed)
}

// replaceInPlace replaces every pod by one of the same name, as a StatefulSet does.
func replaceInPlace(ctx context.Context, w *world, s *injection) error {
	for i := len(w.load.pods) - 1; i >= 0; i-- {
		if err := w.load.replace(ctx, i); err != nil {
			return err
		}
		if s.random.IntN(2) == 0 { // replace it once more: it is the last of the list now
			if err := w.load.replace(ctx, len(w.load.pods)-1); err != nil {
				return err
			}
		}
	}
	return nil
}

func replaceAll(ctx context.Context, w *world, s *injection) error {
	pods := len(w.load.pods)
	for i := pods - 1; i >= 0; i-- {
		if err := w.load.delete(ctx, i); err != nil {
			return err
		}
		if i == pods/2 && s.random.IntN(2) == 0 {
			w.cut()
		}
	}
	return w.load.fill(ctx, pods, "")
}

// killAPIServer kills the API server and closes the proxies, so that podscore's
// connections are refused.
func killAPIServer(ctx context.Context, w *world, s *injection) error {
	return s.meanwhile(ctx, func() error {
		return errors.Join(w.cluster.KillAPIServer(), w.cutOff(true), s.inspect(ctx), w.cutOff(false), w.cluster.RestartAPIServer(nil))
	})
}

// killBehindBalancer kills the API server, while the proxies still accept connections.
func killBehindBalancer(ctx context.Context, w *world, s *injection) error {
	return s.meanwhile(ctx, func() error {
		return errors.Join(w.cluster.KillAPIServer(), s.inspect(ctx), w.cluster.RestartAPIServer(nil))
	})
}

func killEtcd(ctx context.Context, w *world, s *injection) error {
	return s.meanwhile(ctx, func() error {
		return errors.Join(w.cluster.KillEtcd(), s.inspect(ctx), w.cluster.StartEtcd())
	})
}

// expire cuts podscore off until the events that it missed are neither in etcd, which
// is compacted, nor in the API server's cache, which is new. Its watches may still not
// expire: the API server's cache may begin where they were.
func expire(ctx context.Context, w *world, s *injection) error {
	return errors.Join(w.cutOff(true), s.change(ctx), s.inspect(ctx),
		w.cluster.Compact(ctx), w.cluster.KillAPIServer(), w.cluster.RestartAPIServer(nil), w.cutOff(false))
}

func cutConnections(ctx context.Context, w *world, s *injection) error {
	return s.meanwhile(ctx, func() error {
		for range 1 + s.random.IntN(5) {
			w.cut()
			time.Sleep(milliseconds(s.random, 1, 200))
		}
		return nil
	})
}

func cutOff(ctx context.Context, w *world, s *injection) error {
	return errors.Join(w.cutOff(true), s.change(ctx), s.inspect(ctx), w.cutOff(false))
}

func cutOffFrom(ctx context.Context, w *world, s *injection) error {
	return errors.Join(w.cutOff(true), s.lose(ctx, w), s.inspect(ctx), w.cutOff(false))
}

// lose changes pods, and deletes a namespace and most pods.
func (s *injection) lose(ctx context.Context, w *world) error {
	if err := s.change(ctx); err != nil {
		return err
	}
	if last := len(w.load.namespaces) - 1; last > 1 && !w.load.fixed {
		if err := w.load.deleteNamespace(ctx, last); err != nil {
			return err
		}
	}
	return w.load.deleteMost(ctx)
}

func revoke(ctx context.Context, w *world, s *injection) error {
	bindings := w.client.RbacV1().ClusterRoleBindings()
	binding, err := bindings.Get(ctx, "podscore", metav1.GetOptions{})
	if err == nil {
		err = bindings.Delete(ctx, "podscore", metav1.DeleteOptions{})
	}
	if err != nil {
		return err
	}
	w.cut()
	err = errors.Join(s.change(ctx), s.inspect(ctx))
	binding.ObjectMeta = metav1.ObjectMeta{Name: binding.Name, Labels: binding.Labels}
	_, again := bindings.Create(ctx, binding, metav1.CreateOptions{})
	return errors.Join(err, again)
}

// rotateToken replaces podscore's ServiceAccount, so that its token is invalid, and
// gives podscore a new token once the API server rejects the old one.
func rotateToken(ctx context.Context, w *world, s *injection) error {
	accounts := w.client.CoreV1().ServiceAccounts(namespace)
	if err := accounts.Delete(ctx, "podscore", metav1.DeleteOptions{}); err != nil {
		return err
	}
	if _, err := accounts.Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "podscore"}}, metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := errors.Join(s.change(ctx), w.rejected(ctx)); err != nil {
		return err
	}
	w.cut()
	return errors.Join(s.inspect(ctx), w.rotate(ctx))
}

// rejected waits until the API server rejects podscore's token, which it caches for some
// seconds.
func (w *world) rejected(ctx context.Context) error {
	config := rest.AnonymousClientConfig(w.cluster.Config)
	config.BearerTokenFile = w.tokenFile()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return wait.PollUntilContextTimeout(ctx, time.Second/4, time.Minute, true, func(ctx context.Context) (bool, error) {
		_, err := client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{Limit: 1})
		return apierrors.IsUnauthorized(err), nil
	})
}

// killPodscore kills all replicas, deletes most pods, and starts the replicas again.
func killPodscore(ctx context.Context, w *world, s *injection) error {
	if err := w.each((*replica).Kill); err != nil {
		return err
	}
	w.ledger.killed()
	if s.random.IntN(2) == 0 { // nobody sees what that changes
		if err := w.reconfigureUnseen(s.random); err != nil {
			return err
		}
	}
	if err := s.lose(ctx, w); err != nil {
		return err
	}
	err := w.each(func(r *replica) error { return w.launch(ctx, r) })
	if err == nil {
		err = w.ready(ctx)
	}
	w.ledger.restarted(w.kind.elected())
	return err
}
