package integration

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestNoPodSteersTheWatch: pods that say of themselves that a streamed list ends
// with them end none, at the start and when a watch begins anew, though a server
// that does not shard sends them to every shard.
func TestNoPodSteersTheWatch(t *testing.T) {
	b := startBare(t, "", "-k config/default")
	const shards, ahead = 3, 8
	for i := range ahead { // in the order in which a list comes, these are first
		namespace := fmt.Sprint("ahead-", i)
		b.kubectl(t, "create", "namespace", namespace)
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "steers", Annotations: map[string]string{metav1.InitialEventsAnnotationKey: "true"}}, Spec: bareSpec()}
		if _, err := b.Client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	b.fill(t, 0, 20, 10)
	all := b.shards(t, shards)
	compare := func() {
		t.Helper()
		eventually(t, func() (string, bool) {
			pods := 0.0
			for _, shard := range all {
				pods += sum(t, page(t, shard), "podscore_namespace_pods")
			}
			return fmt.Sprintf("the shards know of %v pods", pods), pods == 200+ahead
		})
		for i, shard := range all {
			if got := sum(t, page(t, shard), "podscore_pods_observed_total"); got != 0 {
				t.Errorf("shard %d counts %v pods as newly observed that were all there", i, got)
			}
		}
	}
	compare()
	if err := b.KillAPIServer(); err != nil {
		t.Fatal(err)
	}
	if err := b.Compact(t.Context()); err != nil { // so that watches have to begin anew
		t.Fatal(err)
	}
	if err := b.RestartAPIServer(nil); err != nil {
		t.Fatal(err)
	}
	for _, shard := range all {
		readyAgain(t, shard)
	}
	compare()
}
