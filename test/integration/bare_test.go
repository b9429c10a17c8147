package integration

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// bare is an API server of a test's own, with nothing on it but podscore's
// ServiceAccount, that keeps a record of what podscore asks for.
type bare struct {
	*harness.Cluster
	audit string
}

// startBare starts an API server with feature gates, such as "WatchList=false",
// and applies manifests.
func startBare(t *testing.T, gates string, apply ...string) *bare {
	t.Helper()
	dir := t.TempDir()
	policy := filepath.Join(dir, "audit.yaml")
	text := `{"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [
		{"level": "Metadata", "users": ["system:serviceaccount:podscore:podscore"]}, {"level": "None"}]}`
	if err := os.WriteFile(policy, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &bare{audit: filepath.Join(dir, "audit.log")}
	flags := map[string]string{
		"audit-policy-file": policy, "audit-log-path": b.audit,
		"request-timeout": "5s", // for so long it waits, when it stops, for its watches to end
	}
	if gates != "" {
		flags["feature-gates"] = gates
	}
	b.Cluster = harness.StartCluster(t, controlplane.Options{Bare: true, APIServer: flags})
	b.Binary = cluster.Binary
	b.Apply(t, apply...)
	return b
}

// fill creates namespaces with pods, from first on, half of them good.
func (b *bare) fill(t *testing.T, first, namespaces, pods int) {
	t.Helper()
	var group sync.WaitGroup
	for n := first; n < first+namespaces; n++ {
		group.Go(func() {
			namespace := fmt.Sprint("team-", n)
			options := metav1.CreateOptions{}
			if _, err := b.Client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, options); err != nil {
				t.Error(err)
			}
			for i := range pods {
				pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("app-%d-%d", n, i)}, Spec: bareSpec()}
				if i%2 == 0 {
					pod.Spec = goodSpec()
				}
				if _, err := b.Client.CoreV1().Pods(namespace).Create(t.Context(), pod, options); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// asked returns the queries of podscore's lists and watches of pods, each with its verb.
func (b *bare) asked(t *testing.T) []url.Values {
	t.Helper()
	record := harness.Read(t, b.audit)
	var all []url.Values
	for line := range strings.Lines(record) {
		var entry struct{ Verb, RequestURI string }
		if !strings.HasSuffix(line, "\n") { // still being written
			continue
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if uri, err := url.Parse(entry.RequestURI); err == nil && uri.Path == "/api/v1/pods" {
			query := uri.Query()
			query.Set("verb", entry.Verb)
			all = append(all, query)
		}
	}
	return all
}
