package input

import (
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// endless streams lists rightly, events too, and never says where a list ends.
func endless(s *apiServer, w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("sendInitialEvents") == "" {
		right(s, w, r)
		return
	}
	w.Header().Set("Content-Type", watches)
	resource, version := path.Base(r.URL.Path), 0
	for r.Context().Err() == nil {
		events, now := s.since(resource, version)
		_, err := w.Write(append(events, bookmark(resource, now, false)...))
		if err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
		version = now
		time.Sleep(100 * time.Millisecond)
	}
}

// TestAListWithoutAnEnd: where an API server streams lists and never says where they
// end, podscore says what it waits for, and goes on with lists in pages; nothing is
// missing then, and it is said and counted, once for each of the two lists.
func TestAListWithoutAnEnd(t *testing.T) {
	t.Parallel()
	there := []*corev1.Pod{newPod("shop", "web-1", true), newPod("shop", "web-2", false), newPod("bank", "web-1", false)}
	s := startAPIServer(t, endless, there...)
	p := harness.StartPodscore(t, binary, s.kubeconfig(t), "--watch-stalled-after=9s")
	for check, want := range map[string]string{
		"watch-pods":       "waiting for the list of pods to end",
		"watch-namespaces": "waiting for the list of namespaces to end",
		"first-full-pass":  "waiting for the list of namespaces to end",
	} {
		said := ""
		for end := time.Now().Add(time.Minute); !strings.Contains(said, want); time.Sleep(10 * time.Millisecond) {
			var err error
			if _, said, err = process.Get(t.Context(), p.ProbesURL+"/readyz/"+check); err != nil || time.Now().After(end) {
				t.Fatalf("%s says %q, want %q: %v", check, said, want, err)
			}
		}
	}
	t.Logf("ready %s after the waits were looked at", harness.Ready(t, p, time.Minute).Round(100*time.Millisecond))
	late := newPod("shop", "web-3", false)
	s.add("pods", late)
	heals(t, p, truth(t, there, []*corev1.Pod{late}))
	log := harness.Read(t, p.Log)
	if said := strings.Count(log, "never marks its end"); said != 2 {
		t.Errorf("the log says %d times that a list has no end, want 2:\n%s", said, log)
	}
	for _, resource := range []string{"pods", "namespaces"} {
		if want := `podscore_watch_errors_total{resource="` + resource + `"} 1` + "\n"; !strings.Contains(page(t, p), want) {
			t.Errorf("the page has no %s", want)
		}
	}
}
