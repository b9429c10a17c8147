// Package input gives podscore, as a process of its own, what it should never
// get: answers that are garbage, objects as large and as many as anybody can
// make them, and secrets that it must not tell.
package input

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/lacks"
	"github.com/podscore/podscore/test/process"
)

var (
	dir      string // of all that the tests make
	binary   string // podscore
	withDump string // podscore, and on SIGUSR2 it dumps its heap
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctrl.SetLogger(logr.Discard())
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil { // they wait for podscore's next attempt, most of the time
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var err error
	if dir, err = controlplane.TempDir(); err == nil {
		defer os.RemoveAll(dir)
		err = build()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// build builds podscore as it is, and once more with testdata/heapdump.go laid over it.
func build() error {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	binary, withDump = filepath.Join(dir, "podscore"), filepath.Join(dir, "podscore-with-dump")
	overlay := filepath.Join(dir, "overlay.json")
	text := fmt.Sprintf(`{"Replace": {%q: %q}}`, filepath.Join(root, "cmd/podscore/heapdump.go"), filepath.Join(root, "test/input/testdata/heapdump.go"))
	if err := os.WriteFile(overlay, []byte(text), 0o600); err != nil {
		return err
	}
	for _, args := range [][]string{{"build", "-o", binary}, {"build", "-o", withDump, "-overlay", overlay}} {
		command := exec.Command("go", append(args, "./cmd/podscore")...)
		command.Dir = root
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", command.Args, err, output)
		}
	}
	return nil
}

// startCluster starts a real API server with nothing on it. Where there is
// none, it skips the test, or fails it where PODSCORE_REQUIRE_ALL is true.
func startCluster(t *testing.T, options controlplane.Options) *controlplane.ControlPlane {
	t.Helper()
	if _, err := controlplane.Assets(); err != nil {
		lacks.Skip(t, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir, err := controlplane.TempDir()
	if err != nil {
		t.Fatal(err)
	}
	options.Bare = true
	cluster, err := controlplane.StartWith(ctx, dir, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	return cluster
}

// start starts a podscore, which must end cleanly after the test.
func start(t *testing.T, binary, kubeconfig string, flags ...string) *process.Podscore {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := process.StartPodscore(ctx, binary, kubeconfig, filepath.Join(t.TempDir(), "podscore.log"), flags...)
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
		if log, _ := os.ReadFile(p.Log); t.Failed() {
			t.Logf("podscore's log begins:\n%.4000s", log)
		}
	})
	return p
}

// ready waits until podscore is ready, and returns how long that took.
func ready(t *testing.T, p *process.Podscore, within time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := p.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}
