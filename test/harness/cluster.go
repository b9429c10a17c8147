// Package harness is shared by the tests that run podscore as a process: it starts a
// control plane and podscore, and reads /metrics. It imports nothing of the product,
// so that the tests decide what is correct.
package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/process"
)

// Cluster is a control plane, and the binary of podscore.
type Cluster struct {
	*controlplane.ControlPlane // nil if its programs are not installed
	// Binary is the path of podscore.
	Binary string

	missing error // why ControlPlane is nil
	objects client.Client
}

// Run starts a control plane, applies manifests to it, builds podscore, and runs a
// folder's tests, which share it. It returns the status for TestMain to exit with.
// Each manifest is the arguments of kubectl apply, such as "-k config/default". If the
// control plane's programs are not installed, it only runs the tests.
func (c *Cluster) Run(m *testing.M, options controlplane.Options, manifests ...string) (status int) {
	if _, c.missing = controlplane.Assets(); c.missing != nil {
		return m.Run()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := c.start(ctx, options); err != nil {
		fmt.Fprintln(os.Stderr, "the control plane does not start:", err)
		return 1
	}
	defer func() {
		if err := c.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "the control plane does not stop:", err)
		}
	}()
	err := c.apply(ctx, manifests...)
	if err == nil {
		err = c.build(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// StartCluster starts a control plane for one test, and stops it after the test. If the
// control plane's programs are not installed, it skips the test. The caller sets Binary,
// or calls Build.
func StartCluster(t testing.TB, options controlplane.Options) *Cluster {
	t.Helper()
	c := &Cluster{}
	if _, c.missing = controlplane.Assets(); c.missing != nil {
		Skip(t, c.missing)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	must(t, c.start(ctx, options))
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func (c *Cluster) start(ctx context.Context, options controlplane.Options) error {
	dir, err := controlplane.TempDir()
	if err != nil {
		return err
	}
	if c.ControlPlane, err = controlplane.StartWith(ctx, dir, options); err != nil {
		return err
	}
	if c.objects, err = client.New(c.Config, client.Options{}); err != nil {
		return errors.Join(err, c.Stop())
	}
	return nil
}

func (c *Cluster) apply(ctx context.Context, manifests ...string) error {
	for _, manifest := range manifests {
		if err := c.RunKubectl(ctx, append([]string{"apply"}, strings.Fields(manifest)...)...); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) build(ctx context.Context) error {
	c.Binary = filepath.Join(c.Dir, "podscore")
	return controlplane.Run(ctx, "go", "build", "-o", c.Binary, "./cmd/podscore")
}

// Apply applies manifests, given as for Run.
func (c *Cluster) Apply(t testing.TB, manifests ...string) {
	t.Helper()
	must(t, c.apply(t.Context(), manifests...))
}

// Build builds podscore and sets Binary.
func (c *Cluster) Build(t testing.TB) {
	t.Helper()
	must(t, c.build(t.Context()))
}

// Kubectl runs kubectl as an administrator, in the root of the checkout.
func (c *Cluster) Kubectl(t testing.TB, args ...string) {
	t.Helper()
	must(t, c.RunKubectl(t.Context(), args...))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Needs skips a test if there is no control plane.
func (c *Cluster) Needs(t testing.TB) {
	t.Helper()
	if c.missing != nil {
		Skip(t, c.missing)
	}
}

// NeedsControllers skips a test if no controllers run, which make pods of Deployments.
func (c *Cluster) NeedsControllers(t testing.TB) {
	t.Helper()
	if c.Needs(t); !c.Complete {
		Skip(t, "KUBEBUILDER_ASSETS has no kube-controller-manager, kube-scheduler and kwok: unset it, and `make test` builds them")
	}
}

// KubeconfigAs returns the path of a kubeconfig for a ServiceAccount.
func (c *Cluster) KubeconfigAs(t testing.TB, namespace, account string) string {
	t.Helper()
	kubeconfig, err := c.KubeconfigFor(t.Context(), namespace, account)
	must(t, err)
	return kubeconfig
}

// StartPodscore starts podscore with the RBAC rights of its manifests, and waits until
// it is ready.
func (c *Cluster) StartPodscore(t testing.TB, flags ...string) *process.Podscore {
	t.Helper()
	c.Needs(t)
	p := StartPodscore(t, c.Binary, c.KubeconfigAs(t, "podscore", "podscore"), flags...)
	Ready(t, p, time.Minute)
	return p
}
