package image

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// nowhere is a kubeconfig of an API server that does not answer: podscore
// lives and tries again.
const nowhere = `apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: nowhere, context: {cluster: nowhere, user: nobody}}]
current-context: nowhere
users: [{name: nobody, user: {token: none}}]
`

// runConfined runs the image as the manifests do: as the image's own user, on
// a root file system that is read-only, without any capability.
func (s *store) runConfined(t *testing.T) {
	dir := t.TempDir()
	kubeconfig, script, name := filepath.Join(dir, "kubeconfig"), filepath.Join(dir, "podscore"), "podscore-test"
	write(t, kubeconfig, nowhere)
	write(t, script, "#!/bin/sh\nexec podman run --rm --name "+name+
		" --read-only --read-only-tmpfs=false --cap-drop all --security-opt no-new-privileges --network host"+
		" --ulimit nofile=1024:4096 --ulimit nproc=1000:1000 -v "+dir+":"+dir+":ro "+imageName+` "$@"`+"\n")
	if err := os.Chmod(script, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, setting := range s.env {
		if key, value, _ := strings.Cut(setting, "="); strings.HasPrefix(key, "CONTAINERS_") {
			t.Setenv(key, value)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	podscore, err := process.StartPodscore(ctx, script, kubeconfig, filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := podscore.Stop(); err != nil {
			t.Error(err)
		}
	})

	if status, body, err := process.Get(ctx, podscore.ProbesURL+"/healthz"); err != nil || status != http.StatusOK {
		t.Errorf("/healthz answers %d %q %v, want 200", status, body, err)
	}
	checkConfinement(t, strings.TrimSpace(s.run(t, "podman", "inspect", "--format", "{{.State.Pid}}", name)))
	if err := podscore.Stop(); err != nil {
		t.Error(err)
	}
	if status := podscore.ExitStatus(); status != 0 {
		log, _ := os.ReadFile(podscore.Log)
		t.Errorf("after SIGTERM the container ends with status %d, want 0:\n%s", status, log)
	}
}

// checkConfinement asks the kernel what the process may do.
func checkConfinement(t *testing.T, pid string) {
	t.Helper()
	text := harness.Read(t, "/proc/"+pid+"/status")
	got := map[string]string{}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		got[key] = strings.Join(strings.Fields(value), " ")
	}
	const user, none = "65532 65532 65532 65532", "0000000000000000"
	for key, want := range map[string]string{
		"Name": "podscore", "Uid": user, "Gid": user, "NoNewPrivs": "1",
		"CapEff": none, "CapPrm": none, "CapInh": none, "CapBnd": none, "CapAmb": none,
	} {
		if got[key] != want {
			t.Errorf("the process has %s %q, want %q", key, got[key], want)
		}
	}
	mounts := harness.Read(t, fmt.Sprintf("/proc/%s/mounts", pid))
	for line := range strings.Lines(mounts) {
		if f := strings.Fields(line); f[1] == "/" && !strings.HasPrefix(f[3], "ro") {
			t.Errorf("the root file system is mounted %s, want ro", f[3])
		}
	}
}
