// Package integration runs podscore as a process of its own against a real API
// server, under the rights that ship.
package integration

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	cluster *controlplane.ControlPlane
	binary  string
	missing error
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
		cluster, err = controlplane.Start(ctx, dir)
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
	binary = filepath.Join(dir, "podscore")
	if err := prepare(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// prepare builds podscore and applies its manifests.
func prepare(ctx context.Context) error {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	for _, command := range [][]string{
		{"go", "build", "-o", binary, "./cmd/podscore"},
		{cluster.Kubectl, "apply", "-k", "config/default"},
	} {
		c := exec.CommandContext(ctx, command[0], command[1:]...)
		c.Dir = root
		if output, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", command, err, output)
		}
	}
	return nil
}

// needs skips a test, saying why, where there is no API server or, when
// complete is asked for, nothing that makes pods of Deployments. Where
// PODSCORE_REQUIRE_ALL is true, as `make test` does, it fails instead.
func needs(t *testing.T, complete bool) {
	t.Helper()
	why := ""
	switch {
	case missing != nil:
		why = missing.Error()
	case complete && !cluster.Complete:
		why = "KUBEBUILDER_ASSETS has no kube-controller-manager, kube-scheduler and kwok: unset it, and `make test` builds them"
	default:
		return
	}
	lacks.Skip(t, why)
}

// start runs podscore under the rights that ship, and stops it when the test
// ends: podscore must then end cleanly.
func start(t *testing.T, flags ...string) *process.Podscore {
	t.Helper()
	kubeconfig, err := cluster.KubeconfigFor(t.Context(), "podscore", "podscore")
	if err != nil {
		t.Fatal(err)
	}
	p := startWith(t, kubeconfig, flags...)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := p.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	return p
}

// startWith is start with a kubeconfig of the test's, and does not wait until
// podscore is ready.
func startWith(t *testing.T, kubeconfig string, flags ...string) *process.Podscore {
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
		if t.Failed() {
			log, _ := os.ReadFile(p.Log)
			t.Logf("podscore's log:\n%s", log)
		}
	})
	return p
}
