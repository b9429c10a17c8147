package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
)

// owned creates a pod with a controlling owner of a kind that the cluster does not
// have, so that nobody collects it.
func owned(t *testing.T, namespace, name, kind, owner string, labels map[string]string) *corev1.Pod {
	t.Helper()
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}, Spec: bareSpec()}
	pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "example.com/v1", Kind: kind, Name: owner, UID: "1", Controller: new(true)}}
	pod, err := cluster.Client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

// TestOwnersAreNames: the API server admits any text in an owner reference, and
// none of it is exposed that is no name of an object.
func TestOwnersAreNames(t *testing.T) {
	cluster.Needs(t)
	const ns = "free-text"
	cluster.Namespace(t, ns)
	p := cluster.StartPodscore(t)
	hostile := owned(t, ns, "hostile", "<!channel> *podscore is compromised*", "web", nil)
	owned(t, ns, "linked", "Job", "https://example.com/\u202e", nil)
	owned(t, ns, "honest", "Oddity", "web", nil)
	var workloads []string
	for _, w := range [][2]string{{"Oddity", "web"}, {"Pod", "hostile"}, {"Pod", "linked"}} {
		workloads = append(workloads, workloadFailing(w[0], w[1], 1, bareFailsRequired...)...)
	}
	expect(t, p, ns, slices.Concat(
		failing("podscore_check_failures_total", 3, bareFails...), failing("podscore_namespace_failing_pods", 3, bareFails...), workloads,
		[]string{
			`podscore_namespace_pods{status="noncompliant"} 3`, `podscore_pods_observed_total{status="noncompliant"} 3`,
			"podscore_namespace_score_ratio 0", oldest(hostile),
		},
	)...)
}

// TestANamespaceHidesNothingButItself: a namespace full of workloads, whose name
// comes first, leaves another one its series, and is told by name.
func TestANamespaceHidesNothingButItself(t *testing.T) {
	cluster.Needs(t)
	cluster.Namespace(t, "a-team")
	cluster.Namespace(t, "payments")
	p := cluster.StartPodscore(t, "--workload-series-limit=20", "--namespaces=a-team,payments")
	for i := range 40 {
		createPod(t, "a-team", fmt.Sprint("pod-", i), bareSpec())
	}
	createPod(t, "payments", "agent", bareSpec())
	harness.Eventually(t, func() (string, bool) {
		text := harness.Scrape(t, p)
		shown := strings.Count(text, `podscore_workload_failing_pods{check=`)
		own := strings.Count(text, `namespace="payments",workload="agent",workload_kind="Pod"`)
		told := strings.Contains(text, `podscore_namespace_workload_series_dropped{namespace="a-team"} 185`+"\n")
		return fmt.Sprintf("%d series, %d of payments, a-team is told: %t\n%s", shown, own, told, harness.SeriesOf(text, "a-team")), shown == 20 && own == 5 && told
	})
}
