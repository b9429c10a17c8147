package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/lacks"
	"github.com/podscore/podscore/test/monitoring"
	"github.com/podscore/podscore/test/process"
)

// interval is the time between scrapes and between evaluations.
const interval = time.Second

// stack is everything between the API server and the webhook.
type stack struct {
	dir, root, binary string

	cluster    *controlplane.ControlPlane
	network    *monitoring.Network
	replicas   []*process.Podscore
	token      string // of the ServiceAccount that scrapes
	prometheus *process.Prometheus
	webhook    *webhook
}

// setUp starts the whole stack, and stops it when the test ends.
func setUp(t *testing.T) *stack {
	t.Helper()
	ctrl.SetLogger(logr.Discard())
	helm, prometheus, alertmanager := program(t, "HELM"), program(t, "PROMETHEUS"), program(t, "ALERTMANAGER")
	s := &stack{webhook: newWebhook(t)}
	s.startCluster(t)
	s.install(t, helm)
	s.startReplicas(t)
	s.startPrometheus(t, prometheus, s.startAlertmanager(t, alertmanager), s.admitScraper(t))
	s.expect(t, `sum(podscore_synced)`, 2)
	return s
}

// program returns the program that an environment variable names, or skips the
// test; where PODSCORE_REQUIRE_ALL is true, it fails instead.
func program(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		missing(t, variable+" names no program: `make e2e` builds it and sets it")
	}
	return path
}

func missing(t *testing.T, why string) {
	t.Helper()
	lacks.Skip(t, why)
}

func (s *stack) startCluster(t *testing.T) {
	t.Helper()
	if _, err := controlplane.Assets(); err != nil {
		missing(t, err.Error())
	}
	var err error
	if s.root, err = controlplane.Root(); err != nil {
		t.Fatal(err)
	}
	if s.dir, err = controlplane.TempDir(); err != nil {
		t.Fatal(err)
	}
	if s.cluster, err = controlplane.Start(t.Context(), s.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	if !s.cluster.Complete {
		missing(t, "KUBEBUILDER_ASSETS has no kube-controller-manager, kube-scheduler and kwok: unset it, and `make e2e` builds them")
	}
	if s.network, err = monitoring.NewNetwork(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.network.Close() })
}

// install installs the chart, and builds podscore.
func (s *stack) install(t *testing.T, helm string) {
	t.Helper()
	s.binary = filepath.Join(s.dir, "podscore")
	s.run(t, "go", "build", "-o", s.binary, "./cmd/podscore")
	s.run(t, helm, "install", "podscore", "charts/podscore", "--namespace=podscore", "--create-namespace", "--values=test/e2e/values.yaml")
}

// run runs a program, in the checkout, that must succeed.
func (s *stack) run(t *testing.T, program string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), program, args...)
	c.Dir = s.root
	c.Env = append(os.Environ(), "KUBECONFIG="+s.cluster.Kubeconfig,
		"HELM_CACHE_HOME="+s.dir, "HELM_CONFIG_HOME="+s.dir, "HELM_DATA_HOME="+s.dir)
	if output, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, output)
	}
}

func (s *stack) kubectl(t *testing.T, args ...string) {
	t.Helper()
	s.run(t, s.cluster.Kubectl, args...)
}

// startAlertmanager starts one that tells the webhook of every alert at once,
// and returns its URL.
func (s *stack) startAlertmanager(t *testing.T, binary string) string {
	t.Helper()
	config := filepath.Join(s.dir, "alertmanager.yaml")
	text := fmt.Sprintf(`
route: {receiver: webhook, group_by: [...], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers:
- name: webhook
  webhook_configs: [{url: %q, send_resolved: true}]
`, s.webhook.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	alertmanager, err := process.StartAlertmanager(t.Context(), binary, config, filepath.Join(s.dir, "alerts"), filepath.Join(s.dir, "alertmanager.log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := alertmanager.Stop(); err != nil {
			t.Error(err)
		}
	})
	return alertmanager.URL
}

// startPrometheus starts one with the rules that the chart put into a ConfigMap,
// and a token to scrape with.
func (s *stack) startPrometheus(t *testing.T, binary, alertmanager, tokenFile string) {
	t.Helper()
	shipped, err := s.cluster.Client.CoreV1().ConfigMaps("podscore").Get(t.Context(), "podscore-rules", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rules := filepath.Join(s.dir, "podscore.rules.yaml")
	if err := os.WriteFile(rules, []byte(shipped.Data["podscore.rules.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	s.prometheus, err = monitoring.Start(t.Context(), filepath.Join(s.dir, "prometheus"), monitoring.Options{
		Binary: binary, Flags: []string{"--rules.alert.resend-delay=1s"},
		Kubeconfig: s.cluster.Kubeconfig, Network: s.network, TokenFile: tokenFile,
		Interval: interval, Rules: rules, Alertmanager: alertmanager,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if targets, err := s.prometheus.API.Targets(context.Background()); t.Failed() && err == nil {
			for _, target := range targets.Active {
				t.Logf("the target %s is %s: %s", target.ScrapeURL, target.Health, target.LastError)
			}
		}
		if err := s.prometheus.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			log, _ := os.ReadFile(s.prometheus.Log)
			t.Logf("Prometheus' log:\n%s", log)
		}
	})
}
