package input

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
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
	p := start(t, binary, s.kubeconfig(t))
	took := ready(t, p, time.Minute)
	scrape(t, p, fmt.Sprintf(`podscore_namespace_pods{namespace="shop",status="noncompliant"} %d`, pods))
	peak := status(t, p, "VmHWM")
	t.Logf("%d pods of 1.2 MB in one page: %d MiB, ready after %s", pods, peak, took.Round(100*time.Millisecond))
	if peak > memory {
		t.Errorf("podscore took %d MiB, want at most %d", peak, memory)
	}
}
