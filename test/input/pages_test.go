package input

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
)

// inPages answers rightly, and streams no list.
func inPages(s *apiServer, w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("sendInitialEvents") != "" {
		always(http.StatusUnprocessableEntity, "application/json",
			`{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422,"message":"sendInitialEvents is forbidden"}`)(s, w, r)
		return
	}
	right(s, w, r)
}

// TestALargePageOfNamespaces: so with namespaces, of which the metadata is asked for.
func TestALargePageOfNamespaces(t *testing.T) {
	const namespaces, memory = 1000, 80 // MiB
	s := startAPIServer(t, inPages)
	for i := range namespaces {
		s.add("namespaces", &metav1.PartialObjectMetadata{
			TypeMeta:   metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"},
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("noted-", i), UID: "1", Annotations: map[string]string{"note": strings.Repeat("n", 250_000)}},
		})
	}
	p := harness.StartPodscore(t, binary, s.kubeconfig(t))
	took := harness.Ready(t, p, time.Minute)
	peak := harness.PeakMemory(t, p)
	scrape(t, p, `podscore_namespace_pods{namespace="noted-999",status="compliant"} 0`)
	t.Logf("%d namespaces with 250 KB of annotations in one page: %d MiB, ready after %s", namespaces, peak, took.Round(100*time.Millisecond))
	if peak > memory {
		t.Errorf("podscore took %d MiB, want at most %d", peak, memory)
	}
}

// TestALargePage: what podscore takes is bounded by what it keeps, and not by how
// many bytes a page of a list has.
func TestALargePage(t *testing.T) {
	const pods, memory = 300, 80 // MiB
	var there []*corev1.Pod
	for i := range pods {
		pod := newPod("shop", fmt.Sprint("pod-", i), false)
		pod.Spec.Containers[0].Args = []string{fmt.Sprint(i, strings.Repeat("a", 1_200_000))}
		there = append(there, pod)
	}
	s := startAPIServer(t, inPages, there...)
	p := harness.StartPodscore(t, binary, s.kubeconfig(t))
	took := harness.Ready(t, p, time.Minute)
	scrape(t, p, fmt.Sprintf(`podscore_namespace_pods{namespace="shop",status="noncompliant"} %d`, pods))
	peak := harness.PeakMemory(t, p)
	t.Logf("%d pods of 1.2 MB in one page: %d MiB, ready after %s", pods, peak, took.Round(100*time.Millisecond))
	if peak > memory {
		t.Errorf("podscore took %d MiB, want at most %d", peak, memory)
	}
}
