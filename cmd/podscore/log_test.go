package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// asPodscore is an environment variable with which the test binary runs podscore, so that a
// test can stop it with SIGTERM, as a kubelet does.
const asPodscore = "PODSCORE_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asPodscore) != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestStopBeforeTheFirstPass: if podscore is stopped before its first full pass, it logs no
// error and exits with status 0.
func TestStopBeforeTheFirstPass(t *testing.T) {
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(kubeconfig, []byte(`{kind: Config, apiVersion: v1, current-context: a,
clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}], contexts: [{name: a, context: {cluster: a}}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "--kubeconfig="+kubeconfig,
		"--metrics-bind-address=127.0.0.1:0", "--health-probe-bind-address=127.0.0.1:0", "--log-format=json")
	command.Env = append(os.Environ(), asPodscore+"=1")
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	const unreachable = "The API server cannot be reached"
	stopped := false
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		line := lines.Text()
		switch {
		case strings.Contains(line, unreachable):
			if !stopped {
				if err := command.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
			}
			stopped = true
		case strings.Contains(line, `"level":"ERROR"`):
			t.Errorf("podscore, which was stopped, logs an error: %s", line)
		}
	}
	if err := command.Wait(); err != nil || !stopped {
		t.Errorf("podscore ended with %v, after it was stopped: %t; want status 0", err, stopped)
	}
}
