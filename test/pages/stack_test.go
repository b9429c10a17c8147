package pages

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/monitoring"
	"github.com/podscore/podscore/test/process"
)

// stack is what the pages speak of: a cluster with the sample workloads and with
// podscore installed by the chart, two replicas of it, Prometheus and Alertmanager.
type stack struct {
	root, dir    string
	cluster      *controlplane.ControlPlane
	replicas     []*process.Podscore
	prometheus   *process.Prometheus
	alertmanager *process.Alertmanager
	env          []string        // of the commands
	names        map[string]bool // of the series that there are
}

func setUp(t *testing.T) *stack {
	t.Helper()
	ctrl.SetLogger(logr.Discard())
	for _, variable := range []string{"HELM", "PROMETHEUS", "PROMTOOL", "ALERTMANAGER", "AMTOOL"} {
		harness.Program(t, variable)
	}
	cluster := harness.StartCluster(t, controlplane.Options{})
	cluster.NeedsControllers(t)
	s := &stack{cluster: cluster.ControlPlane, dir: cluster.Dir}
	var err error
	if s.root, err = controlplane.Root(); err != nil {
		t.Fatal(err)
	}
	s.install(t)
	s.startReplicas(t)
	s.startMonitoring(t)
	s.prepareCommands(t)
	return s
}

// install has podscore installed by the chart, for a Prometheus as kube-prometheus
// runs it, beside the sample workloads.
func (s *stack) install(t *testing.T) {
	t.Helper()
	s.run(t, "go", "build", "-o", filepath.Join(s.dir, "podscore"), "./cmd/podscore")
	said := s.run(t, "go", "mod", "download", "-json", "github.com/prometheus-operator/prometheus-operator@v0.85.0")
	var module struct{ Dir string }
	if err := json.Unmarshal([]byte(said), &module); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"servicemonitors", "podmonitors", "prometheusrules", "prometheuses", "alertmanagerconfigs"} {
		s.run(t, s.cluster.Kubectl, "create", "--filename="+filepath.Join(module.Dir, "example", "prometheus-operator-crd", "monitoring.coreos.com_"+name+".yaml"))
	}
	for _, namespace := range []string{"podscore", "monitoring", "ops"} {
		s.run(t, s.cluster.Kubectl, "create", "namespace", namespace)
	}
	s.run(t, s.cluster.Kubectl, "--namespace=monitoring", "create", "serviceaccount", "prometheus-k8s")
	s.run(t, s.cluster.Kubectl, "apply", "-k", "config/samples")
	for _, verb := range []string{"install", "upgrade"} { // so that there is a revision to go back to
		s.run(t, os.Getenv("HELM"), verb, "podscore", "charts/podscore", "--namespace=podscore",
			"--set=image.registry=registry.invalid,serviceMonitor.enabled=true,rbac.metricsReaders[0].namespace=monitoring,rbac.metricsReaders[0].name=prometheus-k8s")
	}
}

func (s *stack) startReplicas(t *testing.T) {
	t.Helper()
	kubeconfig, err := s.cluster.KubeconfigFor(t.Context(), "podscore", "podscore")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		replica, err := process.StartPodscore(t.Context(), filepath.Join(s.dir, "podscore"), kubeconfig, filepath.Join(s.dir, fmt.Sprintf("podscore-%d.log", i)),
			"--metrics-secure", "--leader-elect", "--leader-elect-resource-namespace=podscore")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = replica.Stop() })
		if err := replica.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.replicas = append(s.replicas, replica)
	}
}

// startMonitoring starts Prometheus under the rights that the chart gives it, and
// waits until it has the series of both replicas.
func (s *stack) startMonitoring(t *testing.T) {
	t.Helper()
	network, err := monitoring.NewNetwork()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = network.Close() })
	if err := network.Connect(s.replicas[0].MetricsURL, s.replicas[1].MetricsURL); err != nil {
		t.Fatal(err)
	}
	kubeconfig, err := s.cluster.KubeconfigFor(t.Context(), "monitoring", "prometheus-k8s")
	if err != nil {
		t.Fatal(err)
	}
	token := filepath.Join(s.dir, "token")
	if err := os.WriteFile(token, []byte(strings.TrimSpace(s.run(t, s.cluster.Kubectl, "--namespace=monitoring", "create", "token", "prometheus-k8s"))), 0o600); err != nil {
		t.Fatal(err)
	}
	s.prometheus, err = monitoring.Start(t.Context(), filepath.Join(s.dir, "prometheus"), monitoring.Options{
		Binary: os.Getenv("PROMETHEUS"), Kubeconfig: kubeconfig, Network: network, TokenFile: token,
		Interval: time.Second, Rules: filepath.Join(s.root, "config", "prometheus", "podscore.rules.yaml"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.prometheus.Stop() })
	config := filepath.Join(s.dir, "alertmanager.yml")
	if err := os.WriteFile(config, []byte("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.alertmanager, err = process.StartAlertmanager(t.Context(), os.Getenv("ALERTMANAGER"), config, filepath.Join(s.dir, "alerts"), filepath.Join(s.dir, "alertmanager.log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.alertmanager.Stop() })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		value, _, _, err := s.prometheus.API.Query(ctx, `count(podscore_build_info) == 2 and on () cluster:podscore_compliant:ratio`, time.Now())
		if err == nil && value.String() != "" {
			return
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(s.prometheus.Log)
			t.Fatalf("Prometheus has not the series of both replicas: %v %v\n%s", value, err, log)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// prepareCommands makes a folder in which the pages' commands run: it has what they
// read of the checkout, and their programs come first.
func (s *stack) prepareCommands(t *testing.T) {
	t.Helper()
	here, programs := filepath.Join(s.dir, "checkout"), filepath.Join(s.dir, "programs")
	for _, folder := range []string{"config", "charts"} {
		if err := os.CopyFS(filepath.Join(here, folder), os.DirFS(filepath.Join(s.root, folder))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"kubectl", "helm", "make", "curl", "amtool", "promtool", "../checkout/.bin/podscore", "../checkout/.ci/run"} {
		path := filepath.Join(programs, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(s.root, "test", "pages", "programs.sh"), path); err != nil {
			t.Fatal(err)
		}
	}
	s.run(t, "go", "build", "-o", filepath.Join(programs, "kubectl-podscore"), "./cmd/kubectl-podscore")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close()
	s.env = append(os.Environ(), "PATH="+programs+":"+os.Getenv("PATH"), "KUBECONFIG="+s.cluster.Kubeconfig,
		"PAGES_PATH="+os.Getenv("PATH"), "PAGES_DIR="+s.dir, "PAGES_ROOT="+s.root, "PAGES_KUBECTL="+s.cluster.Kubectl,
		"PAGES_HELM="+os.Getenv("HELM"), "PAGES_AMTOOL="+os.Getenv("AMTOOL"), "PAGES_PROMTOOL="+os.Getenv("PROMTOOL"),
		"PAGES_PODSCORE="+filepath.Join(s.dir, "podscore"), "PAGES_METRICS="+s.replicas[0].MetricsURL, "PAGES_PROBES="+s.replicas[0].ProbesURL,
		"PAGES_FREE="+free.Addr().String(), "PAGES_PROMETHEUS="+s.prometheus.URL, "PAGES_ALERTMANAGER="+s.alertmanager.URL)
}

// run runs a program, in the checkout, that must succeed, and returns what it printed.
func (s *stack) run(t *testing.T, program string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), program, args...)
	c.Dir = s.root
	c.Env = append(os.Environ(), "KUBECONFIG="+s.cluster.Kubeconfig, "HELM_CACHE_HOME="+s.dir, "HELM_CONFIG_HOME="+s.dir, "HELM_DATA_HOME="+s.dir)
	var stderr strings.Builder
	c.Stderr = &stderr
	output, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", program, args, err, output, stderr.String())
	}
	return string(output)
}
