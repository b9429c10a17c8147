package input

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// TestSecretsStay: of all that is in pods and namespaces, podscore tells names,
// owners and results, whatever happens. It keeps also what exemptions read: names of
// containers, repositories of images and labels of namespaces. Nothing of the rest can
// be reached in its memory.
func TestSecretsStay(t *testing.T) {
	cluster := harness.StartCluster(t, controlplane.Options{Bare: true, APIServer: map[string]string{"request-timeout": "5s"}}) // for so long it waits, when it stops
	plant(t, cluster, "there", "before")
	dump := filepath.Join(t.TempDir(), "heap")
	t.Setenv("HEAP_DUMP", dump)
	t.Setenv("GODEBUG", "clobberfree=1") // what is freed is written over: a dump has some of it
	p := harness.StartPodscore(t, withDump, cluster.Kubeconfig, "--log-level=debug")
	harness.Ready(t, p, time.Minute)

	plant(t, cluster, "later", "stays", "finishes", "goes")
	alter(t, cluster, "there", "before")
	alter(t, cluster, "later", "stays")
	pods := cluster.Client.CoreV1().Pods("later")
	patch(t, cluster, "finishes", `{"status":{"phase":"Failed","reason":"`+planted+`reason"}}`, "status")
	patch(t, cluster, "goes", `{"metadata":{"finalizers":null}}`)
	if err := pods.Delete(t.Context(), "goes", metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}); err != nil {
		t.Fatal(err)
	}
	harness.AwaitPods(t, p, 2)
	tellsNothing(t, p)
	if err := cluster.RestartAPIServer(nil); err != nil { // watches end with errors
		t.Fatal(err)
	}
	harness.Ready(t, p, time.Minute)
	churn(t, cluster, p, 0)  // may come with the list that follows a restart, before the secrets
	churn(t, cluster, p, 10) // comes after it

	tellsNothing(t, p)
	heap := dumpHeap(t, p, dump)
	for _, secret := range found(heap, planted) {
		t.Errorf("podscore keeps %s", secret)
	}
	for _, kept := range []string{"stays", "before"} {
		if !bytes.Contains(heap, []byte(kept)) {
			t.Errorf("%s is not in the dump of the heap: then the dump proves nothing", kept)
		}
	}
}

// tellsNothing searches all that podscore tells: every page of both servers, in
// every format, and the log.
func tellsNothing(t *testing.T, p *process.Podscore) {
	t.Helper()
	told := map[string][]byte{"the log": []byte(harness.Read(t, p.Log))}
	for _, format := range []string{"text/plain", "application/openmetrics-text", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"} {
		told["/metrics as "+format] = get(t, p.MetricsURL+"/metrics", format)
	}
	for _, path := range []string{
		"/", "/healthz?verbose", "/readyz?verbose", "/readyz/first-full-pass", "/readyz/watch-pods", "/readyz/watch-namespaces",
		"/debug/pprof/", "/debug/pprof/heap?debug=1", "/debug/vars", "/configz", "/nowhere",
	} {
		for _, server := range []string{p.MetricsURL, p.ProbesURL} {
			told[server+path] = get(t, server+path, "*/*")
		}
	}
	for where, text := range told {
		if secrets := append(found(text, planted), found(text, read)...); len(secrets) > 0 {
			t.Errorf("%s tells %d secrets, of which the first is %s", where, len(secrets), secrets[0])
		}
	}
}

func get(t *testing.T, url, accept string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	status, body, err := process.Do(http.DefaultClient, request)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(url, "/debug/") && status == http.StatusOK {
		t.Errorf("%s answers 200", url)
	}
	return []byte(body)
}

// found returns the different secrets in a text.
func found(text []byte, prefix string) []string {
	var secrets []string
	for {
		at := bytes.Index(text, []byte(prefix))
		if at < 0 {
			slices.Sort(secrets)
			return slices.Compact(secrets)
		}
		text = text[at:]
		end := bytes.IndexFunc(text, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') })
		if end < 0 {
			end = len(text)
		}
		secrets = append(secrets, string(text[:end]))
		text = text[len(prefix):]
	}
}

// dumpHeap returns what podscore's memory holds after collections of garbage.
func dumpHeap(t *testing.T, p *process.Podscore, file string) []byte {
	t.Helper()
	if err := p.Signal(syscall.SIGUSR2); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if heap, err := os.ReadFile(file); err == nil {
			return heap
		}
	}
	t.Fatal("podscore does not dump its heap")
	return nil
}
