// Package serving asks podscore for its metrics as everybody can who reaches its
// port: without a token, with wrong ones, with the right one, from a thousand
// connections, and as clients do that mean harm. A real API server says who may.
package serving

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// cluster is what the tests share.
var cluster harness.Cluster

func TestMain(m *testing.M) {
	os.Exit(cluster.Run(m, controlplane.Options{Bare: true}, "-k config/default", "-f test/serving/testdata/accounts.yaml"))
}

// start runs podscore, which asks who may read its metrics, and waits until it
// is ready.
func start(t testing.TB, flags ...string) *process.Podscore {
	t.Helper()
	return cluster.StartPodscore(t, append([]string{"--metrics-secure"}, flags...)...)
}

// eventually waits for half a minute.
func eventually(t *testing.T, condition func() (string, bool)) {
	t.Helper()
	harness.Within(t, 30*time.Second, condition)
}

// has waits for a line of podscore's log with all of the words.
func has(t *testing.T, p *process.Podscore, words ...string) {
	t.Helper()
	eventually(t, func() (string, bool) {
		log := harness.Read(t, p.Log)
		for line := range strings.Lines(log) {
			if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
				return "", true
			}
		}
		return fmt.Sprintf("no line with all of %q in\n%s", words, log), false
	})
}
