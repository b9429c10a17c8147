// Package terminal runs kubectl podscore, as a plugin of a real kubectl, against a real API
// server, and compares what it says with what podscore exposes.
package terminal

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// cluster is what the tests share: it has the sample workloads.
var cluster harness.Cluster

func TestMain(m *testing.M) {
	os.Exit(cluster.Run(m, controlplane.Options{}, "-k config/default", "-k config/samples"))
}

// terminal is kubectl with the plugin in its PATH, in a folder of its own.
type terminal struct {
	kubectl, kubeconfig string
	path                string // of the PATH, the folder with the plugin
	dir                 string
}

// open builds the plugin, and returns a terminal in which kubectl finds it.
func open(t *testing.T, c *harness.Cluster) *terminal {
	t.Helper()
	c.Needs(t)
	assets, err := controlplane.Assets()
	if err != nil {
		t.Fatal(err)
	}
	is := &terminal{kubectl: filepath.Join(assets, "kubectl"), kubeconfig: c.Kubeconfig, path: filepath.Join(c.Dir, "plugins"), dir: t.TempDir()}
	if err := controlplane.Run(t.Context(), "go", "build", "-o", filepath.Join(is.path, "kubectl-podscore"), "./cmd/kubectl-podscore"); err != nil {
		t.Fatal(err)
	}
	return is
}

// as returns the terminal of whoever has another kubeconfig.
func (is *terminal) as(kubeconfig string) *terminal {
	other := *is
	other.kubeconfig = kubeconfig
	return &other
}

// write writes a file, and returns its path.
func (is *terminal) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(is.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs kubectl, and returns its exit status and what it writes.
func (is *terminal) run(t *testing.T, args ...string) (status int, out, errOut string) {
	t.Helper()
	command := is.command(t, args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); command.ProcessState == nil {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

func (is *terminal) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), is.kubectl, args...)
	command.Dir, command.Env = is.dir, append(os.Environ(), "PATH="+is.path+":"+os.Getenv("PATH"), "KUBECONFIG="+is.kubeconfig, "KUBECACHEDIR="+is.dir)
	return command
}
