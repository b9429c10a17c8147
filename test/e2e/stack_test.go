package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/monitoring"
	"github.com/podscore/podscore/test/process"
)

// interval is the time between scrapes and between evaluations.
const interval = time.Second

// stack is everything between the API server and the webhook.
type stack struct {
	cluster    *harness.Cluster
	network    *monitoring.Network
	replicas   []*process.Podscore
	token      string // of the ServiceAccount that scrapes
	prometheus *process.Prometheus
	webhook    *webhook
}

// setUp starts the whole stack, and stops it when the test ends.
func setUp(t *testing.T) *stack {
	t.Helper()
	helm, prometheus, alertmanager := harness.Program(t, "HELM"), harness.Program(t, "PROMETHEUS"), harness.Program(t, "ALERTMANAGER")
	s := &stack{webhook: newWebhook(t)}
	s.startCluster(t)
	s.install(t, helm)
	s.startReplicas(t)
	s.startPrometheus(t, prometheus, s.startAlertmanager(t, alertmanager), s.admitScraper(t))
	s.expect(t, `sum(podscore_synced)`, 2)
	return s
}

func (s *stack) startCluster(t *testing.T) {
	t.Helper()
	s.cluster = harness.StartCluster(t, controlplane.Options{})
	s.cluster.NeedsControllers(t)
	var err error
	if s.network, err = monitoring.NewNetwork(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.network.Close() })
}

// install builds podscore, and installs the chart.
func (s *stack) install(t *testing.T, helm string) {
	t.Helper()
	s.cluster.Build(t)
	for _, folder := range []string{"CACHE", "CONFIG", "DATA"} {
		t.Setenv("HELM_"+folder+"_HOME", s.cluster.Dir)
	}
	err := controlplane.Run(t.Context(), helm, "install", "podscore", "charts/podscore", "--kubeconfig="+s.cluster.Kubeconfig,
		"--namespace=podscore", "--create-namespace", "--values=test/e2e/values.yaml")
	if err != nil {
		t.Fatal(err)
	}
}

// startAlertmanager starts one that tells the webhook of every alert at once,
// and returns its URL.
func (s *stack) startAlertmanager(t *testing.T, binary string) string {
	t.Helper()
	config := filepath.Join(s.cluster.Dir, "alertmanager.yaml")
	text := fmt.Sprintf(`
route: {receiver: webhook, group_by: [...], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers:
- name: webhook
  webhook_configs: [{url: %q, send_resolved: true}]
`, s.webhook.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	alertmanager, err := process.StartAlertmanager(t.Context(), binary, config, filepath.Join(s.cluster.Dir, "alerts"), filepath.Join(s.cluster.Dir, "alertmanager.log"))
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
	rules := filepath.Join(s.cluster.Dir, "podscore.rules.yaml")
	if err := os.WriteFile(rules, []byte(shipped.Data["podscore.rules.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	s.prometheus, err = monitoring.Start(t.Context(), filepath.Join(s.cluster.Dir, "prometheus"), monitoring.Options{
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
