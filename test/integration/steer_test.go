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
	// What comes last is there when all is that came before.
	compare := func(pods, late float64) {
		t.Helper()
		eventually(t, func() (string, bool) {
			got := 0.0
			for _, shard := range all {
				got += sum(t, page(t, shard), "podscore_namespace_pods")
			}
			return fmt.Sprintf("the shards know of %v pods, want %v", got, pods), got == pods
		})
		observed := 0.0
		for _, shard := range all {
			observed += sum(t, page(t, shard), "podscore_pods_observed_total")
		}
		if observed != late {
			t.Errorf("the shards count %v pods as newly observed, want %v", observed, late)
		}
	}
	b.fill(t, 20, 10, 1)
	compare(218, 10)
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
	b.fill(t, 30, 10, 1)
	compare(228, 20)
}
