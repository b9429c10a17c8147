// Package e2e follows a violation from the API server to whoever is on call:
// podscore's two replicas as its chart installs them, scraped over TLS by a real
// Prometheus with the scrape configuration and the rights that ship, alerts of the
// rules that ship, sent by a real Alertmanager to a webhook.
package e2e

import (
	"net/http"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/podscore/podscore/test/harness"
)

// fix gives the Deployment what it lacks.
const fix = `{"spec":{"template":{"spec":{
  "securityContext":{"runAsNonRoot":true,"runAsUser":1000,"runAsGroup":1000,"seccompProfile":{"type":"RuntimeDefault"}},
  "containers":[{"name":"app","securityContext":{"privileged":false,"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}}}]
}}}}`

func TestEndToEnd(t *testing.T) {
	s := setUp(t)
	down := map[string]string{"alertname": "PodscoreDown"}
	notReporting := map[string]string{"alertname": "PodscoreNotReporting"}
	noncompliant := map[string]string{
		"alertname": "PodscoreNoncompliantWorkload", "severity": "info",
		"namespace": "shop", "workload_kind": "Deployment", "workload": "cart",
	}
	privileged := map[string]string{
		"alertname": "PodscorePrivilegedWorkload", "severity": "critical",
		"namespace": "shop", "workload_kind": "Deployment", "workload": "cart",
	}

	t.Run("every rule is in order, both targets are found and up, and one reports", func(t *testing.T) {
		s.rulesAreHealthy(t)
		s.expect(t, `count(up{job="podscore",pod=~"podscore-.+"} == 1)`, 2)
		s.expect(t, `count(up)`, 2)
		s.expect(t, `sum(podscore_reporting)`, 1)
	})

	t.Run("nobody is answered without a token", func(t *testing.T) {
		for _, replica := range s.replicas {
			status, page, err := harness.Get(t.Context(), replica.MetricsURL+"/metrics", "")
			if err != nil || status != http.StatusUnauthorized || strings.Contains(page, "podscore_") {
				t.Errorf("%s answers %d, %v: %s", replica.MetricsURL, status, err, page)
			}
		}
	})

	t.Run("a CronJob begins, whose pods are privileged and there for seconds", func(t *testing.T) {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "ops"}}
		if _, err := s.cluster.Client.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.cluster.Client.BatchV1().CronJobs("ops").Create(t.Context(), scrub(), metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	})

	t.Run("a non-compliant Deployment appears", func(t *testing.T) {
		deployments := s.cluster.Client.AppsV1().Deployments("shop")
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}
		if _, err := s.cluster.Client.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := deployments.Create(t.Context(), cart(), metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		firing := s.hears(t, noncompliant, "firing")
		const description = "Pods of Deployment cart in namespace shop fail what CIS 5.6.3 asks of their security context: " +
			"allow-privilege-escalation, capabilities-drop-all, privileged, read-only-root-filesystem, run-as-non-root, seccomp-profile. Pods that fail: 2."
		if got := firing.Annotations["description"]; got != description {
			t.Errorf("the alert says\n%s\nwant\n%s", got, description)
		}
		s.hears(t, privileged, "firing")
		// The label is the pods' namespace, and not podscore's own.
		s.expect(t, `podscore_namespace_pods{namespace="shop",status="noncompliant"}`, 2)
		s.expect(t, `podscore_pods_observed_total{namespace="shop",status="noncompliant"}`, 2)
	})

	t.Run("it is fixed", func(t *testing.T) {
		deployments := s.cluster.Client.AppsV1().Deployments("shop")
		if _, err := deployments.Patch(t.Context(), "cart", types.StrategicMergePatchType, []byte(fix), metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
		s.hears(t, noncompliant, "resolved")
		s.hears(t, privileged, "resolved")
		s.expect(t, `namespace:podscore_compliant:ratio{namespace="shop"}`, 1)
		s.expect(t, `podscore_pods_observed_total{namespace="shop",status="compliant"}`, 2)
	})

	t.Run("the right to the Lease is taken away, and nobody reports until it is back", func(t *testing.T) {
		if heard := s.webhook.last(notReporting); heard.Status != "" {
			t.Fatalf("PodscoreNotReporting is %s before", heard.Status)
		}
		s.cluster.Kubectl(t, "--namespace=podscore", "delete", "rolebinding", "podscore-election")
		s.expect(t, `sum(podscore_reporting)`, 0)
		s.hears(t, notReporting, "firing")
		s.expect(t, `count(podscore_namespace_pods) or vector(0)`, 0)
		s.cluster.Kubectl(t, "--namespace=podscore", "create", "rolebinding", "podscore-election", "--role=podscore-election", "--serviceaccount=podscore:podscore")
		s.hears(t, notReporting, "resolved")
		s.expect(t, `podscore_namespace_pods{namespace="shop",status="compliant"}`, 2)
	})

	t.Run("the replica that reports is killed, and the other reports", func(t *testing.T) {
		s.kill(t, s.reporting(t))
		s.expect(t, `count(up == 0)`, 1)
		s.expect(t, `sum(podscore_reporting)`, 1)
		s.expect(t, `podscore_namespace_pods{namespace="shop",status="compliant"}`, 2)
		s.afterScrapes(t, 2)
		s.cluster.Kubectl(t, "--namespace=shop", "scale", "deployment/cart", "--replicas=3")
		s.expect(t, `podscore_namespace_pods{namespace="shop",status="compliant"}`, 3)
		s.expectObserved(t, 5) // four pods before, and one by the other replica
		if heard := s.webhook.last(down); heard.Status == "firing" {
			t.Error("PodscoreDown fires, and a replica is there")
		}
	})

	t.Run("the CronJob's pods came and went, and somebody hears of them", func(t *testing.T) {
		s.hears(t, map[string]string{
			"alertname": "PodscorePrivilegedPodObserved", "severity": "warning", "namespace": "ops", "check": "privileged",
		}, "firing")
		s.expect(t, `max(max_over_time(podscore_workload_failing_pods{namespace="ops",workload_kind="CronJob",workload="scrub",check="privileged"}[1h]))`, 1)
	})

	t.Run("podscore is killed", func(t *testing.T) {
		s.kill(t, s.reporting(t))
		s.hears(t, down, "firing")
		s.expect(t, `count(up == 0)`, 2)
	})

	t.Run("it returns, and takes none of the pods for new", func(t *testing.T) {
		before := s.value(t, observed)
		s.startReplicas(t)
		s.hears(t, down, "resolved")
		s.expect(t, `podscore_namespace_pods{namespace="shop",status="compliant"}`, 3)
		s.afterScrapes(t, 5)
		s.expect(t, `count(podscore_pods_observed_total{namespace="shop"} > 0) or vector(0)`, 0)
		s.expectObserved(t, 5)
		if after := s.value(t, observed); after > before+0.5 { // the rule extrapolates
			t.Errorf("newly observed pods: %v before podscore was killed, %v after its return; want no more", before, after)
		}
		if heard := s.webhook.last(noncompliant); heard.Status != "resolved" {
			t.Errorf("PodscoreNoncompliantWorkload is %s after podscore's return; want it to stay resolved", heard.Status)
		}
	})

	if heard := s.webhook.last(map[string]string{"alertname": "PodscoreTwoReporting"}); heard.Status != "" {
		t.Errorf("PodscoreTwoReporting is %s, and never should have been: %s", heard.Status, heard.Annotations["description"])
	}
}

// observed is how many newly observed pods the shipped rule sees within an hour.
const observed = `sum(namespace:podscore_pods_observed:rate1h{namespace="shop"}) * 3600`

// scrub is a CronJob that runs each minute, and has a privileged container. Its
// Jobs, and their pods, end after some seconds, and nothing of them is kept.
func scrub() *batchv1.CronJob {
	return &batchv1.CronJob{
		ObjectMeta: metav1.ObjectMeta{Name: "scrub"},
		Spec: batchv1.CronJobSpec{
			Schedule: "* * * * *",
			JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{
				ActiveDeadlineSeconds:   new(int64(5)),
				TTLSecondsAfterFinished: new(int32(0)),
				Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
					RestartPolicy: corev1.RestartPolicyNever,
					Containers: []corev1.Container{{
						Name: "app", Image: "example.com/scrub:1",
						SecurityContext: &corev1.SecurityContext{Privileged: new(true)},
					}},
				}},
			}},
		},
	}
}

// cart is a Deployment of two pods without any security context but a privileged container.
func cart() *appsv1.Deployment {
	labels := map[string]string{"app": "cart"}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "cart"},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(2)),
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{Containers: []corev1.Container{{
					Name: "app", Image: "example.com/cart:1",
					SecurityContext: &corev1.SecurityContext{Privileged: new(true)},
				}}},
			},
		},
	}
}
