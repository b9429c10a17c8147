// Package serving asks podscore for its metrics as everybody can who reaches its
// port: without a token, with wrong ones, with the right one, from a thousand
// connections, and as clients do that mean harm. A real API server says who may.
package serving

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/lacks"
	"github.com/podscore/podscore/test/process"
)

// Set by TestMain; cluster is nil where there is no control plane, and then
// missing says why.
var (
	cluster    *controlplane.ControlPlane
	binary     string
	kubeconfig string // podscore's
	missing    error
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctrl.SetLogger(logr.Discard())
	if _, missing = controlplane.Assets(); missing != nil {
		return m.Run()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	dir, err := controlplane.TempDir()
	if err == nil {
		cluster, err = controlplane.StartWith(ctx, dir, controlplane.Options{Bare: true})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the control plane does not start:", err)
		return 1
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "the control plane does not stop:", err)
		}
	}()
	if err := prepare(ctx, dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// prepare builds podscore and applies its manifests, whose rights it gets.
func prepare(ctx context.Context, dir string) (err error) {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	binary = filepath.Join(dir, "podscore")
	for _, command := range [][]string{
		{"go", "build", "-o", binary, "./cmd/podscore"},
		{cluster.Kubectl, "apply", "-k", "config/default"},
		{cluster.Kubectl, "apply", "-f", "test/serving/testdata/accounts.yaml"},
	} {
		c := exec.CommandContext(ctx, command[0], command[1:]...)
		c.Dir = root
		if output, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", command, err, output)
		}
	}
	kubeconfig, err = cluster.KubeconfigFor(ctx, "podscore", "podscore")
	return err
}

// needs skips a test where there is no API server, and fails it where all tests
// are asked for.
func needs(t testing.TB) {
	t.Helper()
	if missing != nil {
		lacks.Skip(t, missing)
	}
}

// start runs podscore, which asks who may read its metrics, and waits until it
// is ready. It must end cleanly after the test.
func start(t testing.TB, flags ...string) *process.Podscore {
	t.Helper()
	return startWith(t, kubeconfig, flags...)
}

func startWith(t testing.TB, kubeconfig string, flags ...string) *process.Podscore {
	t.Helper()
	needs(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := process.StartPodscore(ctx, binary, kubeconfig, filepath.Join(t.TempDir(), "podscore.log"), append([]string{"--metrics-secure"}, flags...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
		if status := p.ExitStatus(); status != 0 {
			t.Errorf("after SIGTERM podscore ends with status %d, want 0", status)
		}
		if t.Failed() {
			log, _ := os.ReadFile(p.Log)
			t.Logf("podscore's log ends:\n%s", log[max(0, len(log)-4000):])
		}
	})
	if err := p.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	return p
}

// eventually waits for a condition, for half a minute, and fails with what it
// said last.
func eventually(t *testing.T, condition func() (string, bool)) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		state, holds := condition()
		if holds {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after half a minute: %s", state)
		}
	}
}

// has waits for a line of podscore's log with all of the words.
func has(t *testing.T, p *process.Podscore, words ...string) {
	t.Helper()
	eventually(t, func() (string, bool) {
		log := readLog(t, p)
		for line := range strings.Lines(log) {
			if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
				return "", true
			}
		}
		return fmt.Sprintf("no line with all of %q in\n%s", words, log), false
	})
}

func readLog(t *testing.T, p *process.Podscore) string {
	t.Helper()
	log, err := os.ReadFile(p.Log)
	if err != nil {
		t.Fatal(err)
	}
	return string(log)
}
