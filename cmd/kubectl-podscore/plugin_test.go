//go:build unix

package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// runsAsPlugin is a variable of the environment by which this program of tests is
// kubectl-podscore, for the tests that have other programs run it.
const runsAsPlugin = "PODSCORE_TEST_RUNS_AS_PLUGIN"

// TestAsPlugin is main, with the arguments after --.
func TestAsPlugin(t *testing.T) {
	if os.Getenv(runsAsPlugin) == "" {
		t.Skip("it is not run by kubectl")
	}
	os.Args = append([]string{"kubectl-podscore"}, flag.Args()...)
	main()
}

// newPath returns a folder for the PATH with kubectl, Helm, kubectl-podscore and what
// completes it.
func newPath(t *testing.T) string {
	t.Helper()
	assets, err := controlplane.Assets()
	if err != nil {
		harness.Skip(t, err)
	}
	this, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	completer, err := filepath.Abs("kubectl_complete-podscore")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, target := range map[string]string{
		"kubectl": filepath.Join(assets, "kubectl"), "helm": harness.Program(t, "HELM"), "kubectl_complete-podscore": completer,
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	script := "#!/bin/sh\n" + runsAsPlugin + "=true exec '" + this + "' -test.run '^TestAsPlugin$' -- \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "kubectl-podscore"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// shell runs a command line in the working directory, with a folder in front of the PATH.
func shell(t *testing.T, path, line string) (status int, out, errOut string) {
	t.Helper()
	home := t.TempDir()
	command := exec.CommandContext(t.Context(), "sh", "-c", line)
	command.Env = append(os.Environ(), "PATH="+path+":"+os.Getenv("PATH"), "HOME="+home, "KUBECONFIG=", "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); command.ProcessState == nil {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), stdout.String(), stderr.String()
}
