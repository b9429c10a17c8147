package chart

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
)

// TestTogether installs podscore several times in one cluster, under the same
// name and under others, each for a part of the namespaces, by Helm and from
// config/. Then it drains a node of pods that are not ready.
func TestTogether(t *testing.T) {
	c := startCluster(t)
	for _, name := range []string{"team-a", "team-b", "team-c", "podscore", "shop", "pay"} {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if _, err := c.Client.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	c.kubectl(t, "--namespace=team-c", "create", "serviceaccount", scraper)
	const reader = "rbac: {metricsReaders: [{namespace: team-c, name: scraper}]}\n"
	c.install(t, "podscore", "team-a", reader+"namespaces: [shop]")
	c.install(t, "podscore", "team-c", reader+"namespaces: [pay]")
	c.install(t, "second", "team-c", reader+"namespaces: [pay, shop]")
	c.kubectl(t, "apply", "-k", filepath.Join(root, "config", "default"))
	c.kubectl(t, "apply", "-k", filepath.Join(root, "config", "another"))

	t.Run("each works", func(t *testing.T) {
		for _, i := range []struct{ name, namespace, watches, not string }{
			{"podscore", "team-a", "shop", "pay"},
			{"podscore", "team-c", "pay", "shop"},
			{"second-podscore", "team-c", "shop", "team-a"},
			{"podscore", "podscore", "team-a", "none"},
		} {
			page := c.startsAs(t, i.namespace, i.name)
			if want := fmt.Sprintf("podscore_namespace_pods{namespace=%q", i.watches); !strings.Contains(page, want) {
				t.Errorf("%s in %s has no series %s", i.name, i.namespace, want)
			}
			if no := fmt.Sprintf("podscore_namespace_pods{namespace=%q", i.not); strings.Contains(page, no) {
				t.Errorf("%s in %s has series %s", i.name, i.namespace, no)
			}
		}
	})
	t.Run("one goes and the others stay", func(t *testing.T) {
		if _, err := helm(t, "", "uninstall", "podscore", "--namespace=team-c", "--kubeconfig="+c.Kubeconfig, "--wait", "--timeout=2m"); err != nil {
			t.Fatal(err)
		}
		c.startsAs(t, "team-a", "podscore")
		c.startsAs(t, "team-c", "second-podscore")
	})
	t.Run("pods that are not ready hold up no node", func(t *testing.T) {
		c.unready(t, "podscore")
		c.unready(t, "team-a")
		for _, namespace := range []string{"podscore", "team-a"} {
			for _, pod := range c.pods(t, namespace) {
				if err := c.Client.PolicyV1().Evictions(namespace).Evict(t.Context(), &policyv1.Eviction{
					ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: pod.Name},
				}); err != nil {
					t.Errorf("evicting %s of %s: %v (%s), want 201", pod.Name, namespace, err, apierrors.ReasonForError(err))
				}
			}
		}
	})
}

// install installs a release without waiting for it.
func (c *cluster) install(t *testing.T, release, namespace, values string) {
	t.Helper()
	if _, err := helm(t, values, "install", release, chart, "--namespace="+namespace, "--kubeconfig="+c.Kubeconfig, "--values=-"); err != nil {
		t.Fatalf("helm install %s in %s: %v", release, namespace, err)
	}
}

// startsAs runs podscore as an installation's pods would be, and returns its metrics.
func (c *cluster) startsAs(t *testing.T, namespace, name string) string {
	t.Helper()
	deployment, err := c.Client.AppsV1().Deployments(namespace).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c.reported(t, namespace, &deployment.Spec.Template.Spec, "team-c")
}

func (c *cluster) pods(t *testing.T, namespace string) []corev1.Pod {
	t.Helper()
	pods, err := c.Client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pods.Items
}

// unready has every pod of a namespace run without being ready, as when podscore
// lacks a right, and waits until the disruption controller has counted that.
func (c *cluster) unready(t *testing.T, namespace string) {
	t.Helper()
	harness.Eventually(t, func() (string, bool) {
		pods := c.pods(t, namespace)
		for i := range pods {
			pod := &pods[i]
			pod.Status.Phase = corev1.PodRunning
			pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse, LastTransitionTime: metav1.Now()}}
			if _, err := c.Client.CoreV1().Pods(namespace).UpdateStatus(t.Context(), pod, metav1.UpdateOptions{}); err != nil {
				return err.Error(), false
			}
		}
		budget, err := c.Client.PolicyV1().PodDisruptionBudgets(namespace).Get(t.Context(), "podscore", metav1.GetOptions{})
		if err != nil {
			return err.Error(), false
		}
		status := budget.Status
		return fmt.Sprintf("the budget of %s says %+v of %d pods", namespace, status, len(pods)),
			len(pods) == 2 && status.ExpectedPods == 2 && status.CurrentHealthy == 0 && status.DisruptionsAllowed == 0 && status.ObservedGeneration == budget.Generation
	})
}
