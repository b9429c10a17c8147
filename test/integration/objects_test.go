package integration

import (
	"encoding/json"
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/podscore/podscore/test/harness"
)

// The checks that a pod without any security context fails.
var bareFails = []string{
	"run-as-non-root", "capabilities-drop-all", "allow-privilege-escalation", "seccomp-profile", "read-only-root-filesystem",
	"run-as-user", "run-as-group", "pod-security-context", "container-security-context",
}

// Those of them that the default preset requires.
var bareFailsRequired = bareFails[:5]

// bareSpec has no security context: it scores 0. No node may take it, so that
// nobody but the test changes its status.
func bareSpec() corev1.PodSpec {
	return corev1.PodSpec{
		NodeSelector: map[string]string{"nowhere": "true"},
		Containers:   []corev1.Container{{Name: "app", Image: "nginx"}},
	}
}

// goodSpec scores 100.
func goodSpec() corev1.PodSpec {
	spec := bareSpec()
	harness.Secure(&spec)
	return spec
}

func createPod(t *testing.T, namespace, name string, spec corev1.PodSpec) *corev1.Pod {
	t.Helper()
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec}
	pod, err := cluster.Client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

func deletePod(t *testing.T, namespace, name string) {
	t.Helper()
	if err := cluster.Client.CoreV1().Pods(namespace).Delete(t.Context(), name, metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}); err != nil {
		t.Fatal(err)
	}
}

// patchPod merges changes into a pod, or into its status where subresource says so.
func patchPod(t *testing.T, namespace, name string, changes map[string]any, subresource ...string) {
	t.Helper()
	patch, err := json.Marshal(changes)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.Client.CoreV1().Pods(namespace).Patch(t.Context(), name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, subresource...); err != nil {
		t.Fatal(err)
	}
}

// deployment has pods that nodes may take, or a rollout would never end.
func deployment(name string, replicas int32, spec corev1.PodSpec) *appsv1.Deployment {
	spec.NodeSelector = nil
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec},
		},
	}
}

// oldest is the series of the oldest non-compliant pod.
func oldest(pod *corev1.Pod) string {
	return fmt.Sprintf("podscore_namespace_oldest_noncompliant_timestamp_seconds %s", floatText(pod.CreationTimestamp.Unix()))
}
