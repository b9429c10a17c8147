package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/podscore/podscore/test/controlplane"
)

// world is a control plane, and replicas of podscore behind proxies.
type world struct {
	cluster *controlplane.ControlPlane
	client  kubernetes.Interface // in protobuf
	binary  string
	kind    kind

	truth      Truth
	ledger     *ledger
	load       *load
	prometheus *prometheus
	replicas   []*replica
	listed     int64 // the number of lists of pods when the counters were last compared
	starts     int   // of replicas
	configured int   // how many settings there were
}

// kind is how podscore is run.
type kind struct {
	replicas   int  // with an election; 0 for one without
	namespaced bool // with a watch for each of a few namespaces
	old        bool // on HTTP/1.1
	clock      bool // with a clock that can be set
	limit      int  // of workloads' series
	flags      []string
}

func (k kind) elected() bool { return k.replicas > 0 }

// quiet returns for how long there must be no difference before a comparison counts.
// With an election it is longer, because podscore writes the Lease before it counts.
func (k kind) quiet() time.Duration {
	if k.elected() {
		return 3 * time.Second
	}
	return 2 * scrapeInterval
}

// scrapeInterval is podscore's in these tests: how long a new counter stays at 0 after
// a scrape has read it.
const scrapeInterval = time.Second

// namespace is podscore's, and its ServiceAccount's name.
const namespace = "podscore"

// prefix is the prefix of all names that are created here.
const prefix = "chaos"

// newWorld builds podscore for a control plane.
func newWorld(ctx context.Context, cluster *controlplane.ControlPlane) (*world, error) {
	w := &world{cluster: cluster, binary: filepath.Join(cluster.Dir, "podscore")}
	config := rest.CopyConfig(cluster.Config)
	config.ContentType, config.AcceptContentTypes = "application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf,application/json"
	var err error
	if w.client, err = kubernetes.NewForConfig(config); err != nil {
		return nil, err
	}
	return w, w.prepare(ctx)
}

// prepare builds podscore and applies its manifests, which have its RBAC rights.
func (w *world) prepare(ctx context.Context) error {
	return errors.Join(
		controlplane.Run(ctx, "go", "build", "-o", w.binary, "./cmd/podscore"),
		w.cluster.RunKubectl(ctx, "apply", "-k", "config/default"),
		os.MkdirAll(filepath.Join(w.cluster.Dir, "bin"), 0o755),
	)
}

var building sync.Mutex

// program returns the path of podscore. If its clock has to be set, it returns one that
// it builds with another clock, once.
func (w *world) program(ctx context.Context) (string, error) {
	if !w.kind.clock {
		return w.binary, nil
	}
	building.Lock() // one after the other, so that the others find the first build in Go's cache
	defer building.Unlock()
	path := w.binary + "-clock"
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	places, err := otherClock()
	if err != nil {
		return "", err
	}
	altered, err := overlay(w.cluster.Dir, places...)
	if err != nil {
		return "", err
	}
	return path, controlplane.Run(ctx, "go", "build", "-overlay", altered, "-o", path, "./cmd/podscore")
}

// begin puts pods into an empty cluster and starts podscore.
func (w *world) begin(ctx context.Context, kind kind, random *rand.Rand, pods int) error {
	if err := wipe(ctx, w.client, prefix); err != nil {
		return err
	}
	err := w.client.CoordinationV1().Leases(namespace).Delete(ctx, "podscore", metav1.DeleteOptions{})
	if err := ignore(err, apierrors.IsNotFound); err != nil {
		return err
	}
	w.kind, w.truth.WorkloadSeriesLimit, w.ledger, w.prometheus = kind, kind.limit, newLedger(), newPrometheus()
	w.truth.now, w.truth.next = standpoint{settings: w.newSettings(random), tiers: map[string]string{}}, nil
	w.load = newLoad(w.client, &w.truth, w.ledger, random, prefix)
	w.load.labelled = !kind.namespaced
	for i := range 6 {
		if err := w.load.createNamespace(ctx, fmt.Sprint(prefix, "-n", i)); err != nil {
			return err
		}
	}
	w.truth.Namespaces = nil
	if w.load.fixed = kind.namespaced; kind.namespaced {
		w.truth.Namespaces = w.load.namespaces
	}
	if err := w.load.fill(ctx, pods, ""); err != nil {
		return err
	}
	if err := w.rotate(ctx); err != nil {
		return err
	}
	for range max(1, kind.replicas) {
		proxy, err := NewProxy(w.cluster.Config, kind.old)
		if err != nil {
			return err
		}
		r := &replica{proxy: proxy, settings: filepath.Join(w.cluster.Dir, fmt.Sprint("settings-", len(w.replicas)))}
		w.replicas = append(w.replicas, r)
		if err := errors.Join(r.configure(&w.truth.now.settings), w.launch(ctx, r)); err != nil {
			return err
		}
	}
	err = w.ready(ctx)
	clear(w.ledger.fresh)
	w.ledger.restarted(false) // with an election too, because no replica has counted before
	w.listed = w.lists()
	return err
}

// end stops every replica, each of which has to exit with status 0.
func (w *world) end() error {
	err := w.each(func(r *replica) error {
		defer r.proxy.Close()
		if r.Podscore == nil {
			return nil
		}
		if err := r.Stop(); err != nil {
			return err
		}
		if status := r.ExitStatus(); status != 0 {
			return fmt.Errorf("after SIGTERM podscore ended with status %d", status)
		}
		return nil
	})
	w.replicas = nil
	return err
}

// rotate gives podscore a new token.
func (w *world) rotate(ctx context.Context) error {
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(24 * 60 * 60))}}
	token, err := w.client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, "podscore", request, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return os.WriteFile(w.tokenFile(), []byte(token.Status.Token), 0o600)
}

func (w *world) tokenFile() string { return filepath.Join(w.cluster.Dir, "token") }
