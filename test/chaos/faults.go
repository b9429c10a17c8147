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

// fault is one thing that breaks, and heals.
type fault struct {
	name string
	slow bool // over a minute, until client-go reads its token again
	pods int  // how many TestFaults begins with; 0 for a few
	// kind is what TestFaults has it happen to, where it needs more than one podscore
	// for all, and fits tells whether it can happen to a kind; nil where to any.
	kind kind
	fits func(kind) bool
	// says is what /readyz has to say of the watch on pods while it lasts, as a
	// regular expression; empty where podscore cannot know.
	says string
	// strike has it happen. Pods change while it lasts, and it lasts until it was
	// looked at.
	strike func(ctx context.Context, w *world, s *strike) error
}

// strike is a fault as it happens.
type strike struct {
	random *rand.Rand
	// change changes pods.
	change func(ctx context.Context) error
	// look looks at podscore while the fault lasts.
	look func(ctx context.Context) error
}

// faults lists all that a sequence draws from.
var faults = []fault{
	{name: "nothing breaks", strike: func(ctx context.Context, _ *world, s *strike) error { return s.change(ctx) }},
	{name: "all pods are replaced", strike: replaceAll},
	{name: "all pods are replaced under their names", strike: replaceInPlace},

	{name: "the API server is killed", says: "refused", strike: killAPIServer},
	{name: "the API server is killed behind a load balancer", strike: killBehindBalancer},
	{name: "etcd is killed", strike: killEtcd},
	{name: "etcd is compacted and watches expire", says: "refused", strike: expire},

	{name: "all connections are cut, again and again", strike: cutConnections},
	{name: "watches are cut anywhere", strike: bad(false, func(r *rand.Rand) Weather { return Weather{Cuts: rand.New(rand.NewPCG(r.Uint64(), 0))} })},
	{name: "answers are 429", says: "Too Many Requests", strike: bad(true, func(*rand.Rand) Weather { return Weather{Status: http.StatusTooManyRequests, RetryAfter: 1} })},
	{name: "answers are 500", says: "Internal Server Error", strike: bad(true, func(*rand.Rand) Weather { return Weather{Status: http.StatusInternalServerError} })},
	{name: "answers are 503", says: "Service Unavailable", strike: bad(true, func(*rand.Rand) Weather { return Weather{Status: http.StatusServiceUnavailable} })},
	{name: "answers are slow", strike: bad(true, func(r *rand.Rand) Weather { return Weather{Delay: milliseconds(r, 200, 1000)} })},
	{name: "nothing is answered", strike: bad(true, func(*rand.Rand) Weather { return Weather{Stalled: true} })},
	{name: "watches stand still", strike: bad(false, func(*rand.Rand) Weather { return Weather{Stalled: true} })},
	{name: "events come several times", strike: bad(false, func(r *rand.Rand) Weather { return Weather{Repeats: 1 + r.IntN(3)} })},
	{name: "events come late", strike: bad(false, func(r *rand.Rand) Weather { return Weather{Late: milliseconds(r, 500, 3000)} })},
	{name: "podscore is cut off", says: "refused", strike: cutOff},
	{name: "podscore is cut off and much is gone", says: "refused", strike: cutOffFrom, pods: 3000},

	{name: "rights are revoked", says: "forbidden", strike: revoke},
	{name: "the token is not valid any more", says: "Unauthorized", strike: rotateToken, slow: true},
	{name: "podscore is killed and much is gone", strike: killPodscore, pods: 3000},

	{name: "the watches of who leads are dead", kind: pair, strike: leaderIsDeaf},
	{name: "who leads is told nothing of what it wrote", kind: pair, fits: kind.elected, strike: answersLost},
	{name: "a standby is frozen", kind: pair, fits: several, strike: frozen},
	{name: "a clock jumps", kind: kind{replicas: 2, clock: true}, fits: func(k kind) bool { return k.clock }, strike: clockJumps},
	{name: "one of several watches lags", kind: kind{namespaced: true}, fits: func(k kind) bool { return k.namespaced }, strike: oneLags},
	{name: "streamed lists never end", strike: endless},
	{name: "a hostile namespace", strike: hostile},
}

// pair is two replicas.
var pair = kind{replicas: 2}

func several(k kind) bool { return k.replicas > 1 }

func milliseconds(r *rand.Rand, least, most int) time.Duration {
	return time.Duration(least+r.IntN(most-least)) * time.Millisecond
}

// bad has pods change in a bad weather, which may begin with a cut.
func bad(cut bool, weather func(*rand.Rand) Weather) func(context.Context, *world, *strike) error {
	return func(ctx context.Context, w *world, s *strike) error {
		w.weather(func() Weather { return weather(s.random) })
		defer w.fair()
		if cut {
			w.cut()
		}
		return errors.Join(s.change(ctx), s.look(ctx))
	}
}

// meanwhile has pods change while something is done.
func (s *strike) meanwhile(ctx context.Context, do func() error) error {
	changed := make(chan error, 1)
	go func() { changed <- s.change(ctx) }()
	time.Sleep(milliseconds(s.random, 10, 200))
	return errors.Join(do(), <-changed)
}

// replaceInPlace is what a StatefulSet's update does, in a hurry: the next pod
// has the name of the one before.
func replaceInPlace(ctx context.Context, w *world, s *strike) error {
	for i := len(w.load.pods) - 1; i >= 0; i-- {
		if err := w.load.replace(ctx, i); err != nil {
			return err
		}
		if s.random.IntN(2) == 0 { // and once more: it is the last now
			if err := w.load.replace(ctx, len(w.load.pods)-1); err != nil {
				return err
			}
		}
	}
	return nil
}

func replaceAll(ctx context.Context, w *world, s *strike) error {
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

// killAPIServer has podscore, too, find nobody at the address.
func killAPIServer(ctx context.Context, w *world, s *strike) error {
	return s.meanwhile(ctx, func() error {
		return errors.Join(w.cluster.KillAPIServer(), w.cutOff(true), s.look(ctx), w.cutOff(false), w.cluster.RestartAPIServer(nil))
	})
}

// killBehindBalancer has the proxy take connections that lead nowhere.
func killBehindBalancer(ctx context.Context, w *world, s *strike) error {
	return s.meanwhile(ctx, func() error {
		return errors.Join(w.cluster.KillAPIServer(), s.look(ctx), w.cluster.RestartAPIServer(nil))
	})
}

func killEtcd(ctx context.Context, w *world, s *strike) error {
	return s.meanwhile(ctx, func() error {
		return errors.Join(w.cluster.KillEtcd(), s.look(ctx), w.cluster.StartEtcd())
	})
}

// expire has nobody remember what happened while podscore was cut off: neither
// etcd nor an API server that has just started. Whether its watches do expire is
// not up to podscore: an API server may have read on from where they were.
func expire(ctx context.Context, w *world, s *strike) error {
	return errors.Join(w.cutOff(true), s.change(ctx), s.look(ctx),
		w.cluster.Compact(ctx), w.cluster.KillAPIServer(), w.cluster.RestartAPIServer(nil), w.cutOff(false))
}

func cutConnections(ctx context.Context, w *world, s *strike) error {
	return s.meanwhile(ctx, func() error {
		for range 1 + s.random.IntN(5) {
			w.cut()
			time.Sleep(milliseconds(s.random, 1, 200))
		}
		return nil
	})
}

func cutOff(ctx context.Context, w *world, s *strike) error {
	return errors.Join(w.cutOff(true), s.change(ctx), s.look(ctx), w.cutOff(false))
}

func cutOffFrom(ctx context.Context, w *world, s *strike) error {
	return errors.Join(w.cutOff(true), s.lose(ctx, w), s.look(ctx), w.cutOff(false))
}

// lose has a namespace go, and most pods.
func (s *strike) lose(ctx context.Context, w *world) error {
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

func revoke(ctx context.Context, w *world, s *strike) error {
	bindings := w.client.RbacV1().ClusterRoleBindings()
	binding, err := bindings.Get(ctx, "podscore", metav1.GetOptions{})
	if err == nil {
		err = bindings.Delete(ctx, "podscore", metav1.DeleteOptions{})
	}
	if err != nil {
		return err
	}
	w.cut()
	err = errors.Join(s.change(ctx), s.look(ctx))
	binding.ObjectMeta = metav1.ObjectMeta{Name: binding.Name, Labels: binding.Labels}
	_, again := bindings.Create(ctx, binding, metav1.CreateOptions{})
	return errors.Join(err, again)
}

// rotateToken has podscore's ServiceAccount made anew, which no old token is of,
// and gives it a new one once the API server has noticed.
func rotateToken(ctx context.Context, w *world, s *strike) error {
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
	return errors.Join(s.look(ctx), w.rotate(ctx))
}

// rejected waits until the API server knows podscore's token no longer, which it
// remembers for some seconds.
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

// killPodscore kills all replicas.
func killPodscore(ctx context.Context, w *world, s *strike) error {
	if err := w.each((*replica).Kill); err != nil {
		return err
	}
	w.ledger.killed()
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
