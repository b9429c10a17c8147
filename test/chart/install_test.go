package chart

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
)

// TestInstall installs the chart with Helm on a real API server, upgrades and
// uninstalls it, with the CRDs that it may use there.
func TestInstall(t *testing.T) {
	c := startCluster(t)
	for _, name := range []string{"podscore", "shop", "payments"} {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			"pod-security.kubernetes.io/enforce": "restricted",
		}}}
		if _, err := c.Client.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	c.kubectl(t, "--namespace=podscore", "create", "serviceaccount", scraper)
	before := c.settled(t)

	t.Run("everything", func(t *testing.T) {
		c.helm(t, "install", "everything")
		c.isAccepted(t)
		c.runs(t, 3)
		c.scores(t, 3)

		c.helm(t, "upgrade", "shards")
		c.isAccepted(t)
		c.runs(t, 3)
		have := 0
		for shard := range 3 {
			t.Setenv("POD_NAME", fmt.Sprintf("podscore-%d", shard))
			have += strings.Count(c.starts(t), `podscore_namespace_pods{namespace="podscore",status="compliant"} 3`)
		}
		if have != 1 {
			t.Errorf("%d of the shards have the series of the namespace podscore, want 1", have)
		}
	})
	c.uninstall(t)
	c.isAsBefore(t, before)

	t.Run("namespaces", func(t *testing.T) {
		c.helm(t, "install", "namespaces")
		c.isAccepted(t)
		c.runs(t, 2)
		page := c.starts(t)
		for _, namespace := range []string{"shop", "payments"} {
			if want := fmt.Sprintf(`podscore_namespace_pods{namespace=%q,status="compliant"} 0`, namespace); !strings.Contains(page, want) {
				t.Errorf("no series %s", want)
			}
		}
		if strings.Contains(page, `namespace="podscore"`) {
			t.Error("there are series of a namespace that is not among the values' namespaces")
		}
	})
	c.uninstall(t)
	c.isAsBefore(t, before)
}

// isAccepted has the API server look at the installed manifest again, strictly:
// a field that it does not know is an error.
func (c *cluster) isAccepted(t *testing.T) {
	t.Helper()
	manifest, err := helm(t, "", "get", "manifest", "podscore", "--namespace=podscore", "--kubeconfig="+c.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "manifest.yaml")
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	c.kubectl(t, "get", "--filename="+file)
	c.kubectl(t, "apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "--filename="+file)
}

// runs waits until there are so many pods, and all run.
func (c *cluster) runs(t *testing.T, want int) {
	t.Helper()
	harness.Eventually(t, func() (string, bool) {
		pods := c.pods(t, "podscore")
		said, running := "", 0
		for _, pod := range pods {
			said += fmt.Sprintf("%s is %s; ", pod.Name, pod.Status.Phase)
			if pod.Status.Phase == corev1.PodRunning {
				running++
			}
		}
		return said + fmt.Sprintf("want %d that run", want), running == want && len(pods) == want
	})
}

// scores starts podscore as its pod would be, and has it find its own pods compliant.
func (c *cluster) scores(t *testing.T, pods int) {
	t.Helper()
	page := c.starts(t)
	for _, want := range []string{
		fmt.Sprintf(`podscore_namespace_pods{namespace="podscore",status="compliant"} %d`, pods),
		`podscore_namespace_pods{namespace="podscore",status="noncompliant"} 0`,
		`podscore_namespace_score_ratio{namespace="podscore"} 1`,
	} {
		if !strings.Contains(page, want+"\n") {
			t.Errorf("no series %s", want)
		}
	}
}

// starts runs podscore as a pod that Helm has installed would be, and returns its metrics.
func (c *cluster) starts(t *testing.T) string {
	t.Helper()
	pods := c.pods(t, "podscore")
	if len(pods) == 0 {
		t.Fatal("no pods")
	}
	return c.reported(t, "podscore", &pods[0].Spec, "podscore")
}
