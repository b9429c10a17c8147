package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/process"
)

// world is a control plane, and podscore behind a proxy.
type world struct {
	cluster *controlplane.ControlPlane
	client  kubernetes.Interface // without any limit
	binary  string
	kind    kind

	truth    Truth
	ledger   *ledger
	load     *load
	proxy    *Proxy
	podscore *process.Podscore
	listed   int64 // lists of pods when the counters were last compared
	starts   int
}

// kind is how podscore is run.
type kind struct {
	elected bool // with an election of which it is the only candidate
	old     bool // on HTTP/1.1
	limit   int  // of workloads' series
	flags   []string
}

// quiet is after how long without a difference none will come any more. One that
// is elected writes down what it counts before it shows it.
func (k kind) quiet() time.Duration {
	if k.elected {
		return 2500 * time.Millisecond
	}
	return 250 * time.Millisecond
}

// namespace is podscore's, and its ServiceAccount's name.
const namespace = "podscore"

// newWorld starts a control plane, and builds podscore.
func newWorld(ctx context.Context) (_ *world, err error) {
	dir, err := controlplane.TempDir()
	if err != nil {
		return nil, err
	}
	w := &world{binary: filepath.Join(dir, "podscore")}
	if w.cluster, err = controlplane.StartWith(ctx, dir, controlplane.Options{Bare: true}); err != nil {
		return nil, err
	}
	config := rest.CopyConfig(w.cluster.Config)
	config.QPS = -1
	config.ContentType, config.AcceptContentTypes = "application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf,application/json"
	if w.client, err = kubernetes.NewForConfig(config); err == nil {
		err = w.prepare(ctx)
	}
	if err == nil {
		w.truth.Policy, err = securitycontext.Preset(securitycontext.DefaultPreset)
	}
	if err != nil {
		return nil, errors.Join(err, w.cluster.Stop())
	}
	return w, nil
}

// prepare builds podscore and applies its manifests, whose rights it gets.
func (w *world) prepare(ctx context.Context) error {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	for _, command := range [][]string{
		{"go", "build", "-o", w.binary, "./cmd/podscore"},
		{w.cluster.Kubectl, "apply", "-k", "config/default"},
	} {
		c := exec.CommandContext(ctx, command[0], command[1:]...)
		c.Dir = root
		if output, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", command, err, output)
		}
	}
	return nil
}

// begin puts pods into an empty cluster and starts podscore.
func (w *world) begin(ctx context.Context, kind kind, random *rand.Rand, pods int) error {
	const prefix = "chaos"
	if err := wipe(ctx, w.client, prefix); err != nil {
		return err
	}
	err := w.client.CoordinationV1().Leases(namespace).Delete(ctx, "podscore", metav1.DeleteOptions{})
	if err := ignore(err, apierrors.IsNotFound); err != nil {
		return err
	}
	w.kind, w.truth.WorkloadSeriesLimit, w.ledger = kind, kind.limit, newLedger()
	w.load = newLoad(w.client, &w.truth, w.ledger, random, prefix)
	for i := range 6 {
		if err := w.load.createNamespace(ctx, fmt.Sprint(prefix, "-n", i)); err != nil {
			return err
		}
	}
	if err := w.load.fill(ctx, pods, ""); err != nil {
		return err
	}
	if w.proxy, err = NewProxy(w.cluster.Config, kind.old); err != nil {
		return err
	}
	if err := w.rotate(ctx); err != nil {
		return err
	}
	if err := w.start(ctx); err != nil {
		return err
	}
	w.ledger.restarted(false) // of an election, too, it is the first
	return nil
}

// end ends podscore, which must do so in good order.
func (w *world) end() (err error) {
	if w.podscore != nil {
		if err = w.podscore.Stop(); err == nil && w.podscore.ExitStatus() != 0 {
			err = fmt.Errorf("after SIGTERM podscore ended with status %d", w.podscore.ExitStatus())
		}
		w.podscore = nil
	}
	if w.proxy != nil {
		w.proxy.Close()
		w.proxy = nil
	}
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

// start starts podscore and waits until it is ready.
func (w *world) start(ctx context.Context) error {
	w.starts++
	kubeconfig := filepath.Join(w.cluster.Dir, "podscore.kubeconfig")
	if err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"proxy": {Server: w.proxy.URL, CertificateAuthorityData: w.proxy.CA}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"podscore": {TokenFile: w.tokenFile()}},
		Contexts:       map[string]*clientcmdapi.Context{"proxy": {Cluster: "proxy", AuthInfo: "podscore"}},
		CurrentContext: "proxy",
	}, kubeconfig); err != nil {
		return err
	}
	flags := append([]string{fmt.Sprint("--workload-series-limit=", w.kind.limit)}, w.kind.flags...)
	if w.kind.elected {
		flags = append(flags, "--leader-elect", "--leader-elect-resource-namespace="+namespace)
	}
	log := filepath.Join(w.cluster.Dir, "logs", fmt.Sprintf("podscore-%d.log", w.starts))
	var err error
	if w.podscore, err = process.StartPodscore(ctx, w.binary, kubeconfig, log, flags...); err != nil {
		return err
	}
	err = w.ready(ctx)
	w.listed = w.proxy.Lists()
	return err
}

// ready waits until podscore is.
func (w *world) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	return w.podscore.Ready(ctx)
}

// kill kills podscore.
func (w *world) kill() error {
	if err := w.podscore.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	w.podscore.ExitStatus()
	return nil
}

// recovery is how long podscore may take after a fault: client-go waits for up
// to a minute between two attempts.
const recovery = 90 * time.Second

// check reads the truth from the API server, while nothing changes it, and
// waits until podscore says the same. It returns every difference otherwise.
func (w *world) check(ctx context.Context) error {
	var want series
	err := persist(ctx, func() (err error) {
		want, err = w.truth.Gauges(ctx, w.client)
		return err
	})
	if err != nil {
		return err
	}
	var differences []string
	deadline, agreed := time.Now().Add(recovery), time.Time{}
	for ; time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		var counted series
		if counted, differences, err = w.compare(ctx, want); err != nil {
			return err
		}
		switch {
		case len(differences) > 0:
			agreed = time.Time{}
		case agreed.IsZero():
			agreed = time.Now()
		case time.Since(agreed) > w.kind.quiet(): // it stays so
			w.ledger.settled(counted)
			w.listed = w.proxy.Lists()
			return nil
		}
	}
	const many = 30
	if more := len(differences) - many; more > 0 {
		differences = append(differences[:many], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("podscore does not say the truth:\n%s", strings.Join(differences, "\n"))
}

// compare scrapes podscore once, and returns what its counters say and what is wrong.
func (w *world) compare(ctx context.Context, want series) (counted series, differences []string, err error) {
	status, page, err := process.Get(ctx, w.podscore.MetricsURL+"/metrics")
	if err != nil {
		return nil, nil, err
	}
	if status != 200 {
		return nil, nil, fmt.Errorf("/metrics answers %d: %s", status, page)
	}
	got, err := seriesOf(page, gauges)
	if err != nil {
		return nil, nil, err
	}
	if counted, err = seriesOf(page, counters); err != nil {
		return nil, nil, err
	}
	differences = compareGauges(got, want)
	listed := w.proxy.Lists() != w.listed
	return counted, append(differences, compareCounters(counted, w.ledger.counters(listed), want)...), nil
}

// lastWords returns the end of podscore's log.
func (w *world) lastWords() string {
	if w.podscore == nil {
		return ""
	}
	text, _ := os.ReadFile(w.podscore.Log)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return "podscore's last words were:\n" + strings.Join(lines[max(0, len(lines)-40):], "\n")
}
