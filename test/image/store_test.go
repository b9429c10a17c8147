package image

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/harness"
)

// needs skips a test, saying why, where it is not Linux's root who runs it or
// a program is missing. Where PODSCORE_REQUIRE_ALL is true, as `make test` does,
// it fails instead.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	why := ""
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		why = "building and running images without an engine needs Linux and root"
	}
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			why = program + " is missing: apt-get install --no-install-recommends buildah podman runc busybox-static"
		}
	}
	if why != "" {
		harness.Skip(t, why)
	}
}

// store is where buildah and podman keep all that they make. What the machine
// has of images and containers is neither seen nor touched.
type store struct {
	dir string
	env []string
}

// imageName and builderName are images in a store.
const (
	imageName   = "localhost/podscore:test"
	builderName = "localhost/builder:test"
)

// newStore makes an empty store, which is removed when the test ends.
func newStore(t *testing.T) *store {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "storage.conf"), `[storage]
driver = "vfs"
graphroot = "`+dir+`/images"
runroot = "`+dir+`/run"
`)
	// Locks are files because podman, new to a folder, frees those in shared memory, which are the machine's.
	write(t, filepath.Join(dir, "containers.conf"), `[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
runtime = "runc"
tmp_dir = "`+dir+`/run/libpod"
`)
	return &store{dir: dir, env: append(os.Environ(), "CONTAINERS_STORAGE_CONF="+dir+"/storage.conf",
		"CONTAINERS_CONF="+dir+"/containers.conf", "BUILDAH_ISOLATION=chroot", "TMPDIR="+dir)}
}

// run runs a program on the store, and returns what it prints.
func (s *store) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Env = s.env
	return run(t, command)
}

// addBuilder adds an image that stands in for the official one of Go, which
// only a registry has: a shell, and folders to mount this machine's Go on.
func (s *store) addBuilder(t *testing.T) {
	t.Helper()
	root := filepath.Join(s.dir, "builder")
	for _, dir := range []string{"bin", "tmp", "etc/ssl/certs"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run(t, exec.CommandContext(t.Context(), "cp", "/bin/busybox", root+"/bin/busybox"))
	for _, applet := range []string{"sh", "touch"} {
		if err := os.Symlink("busybox", filepath.Join(root, "bin", applet)); err != nil {
			t.Fatal(err)
		}
	}
	const certificates = "/etc/ssl/certs/ca-certificates.crt" // for modules that the machine has not got yet
	if text, err := os.ReadFile(certificates); err == nil {
		write(t, root+certificates, string(text))
	}
	dockerfile := filepath.Join(s.dir, "builder.dockerfile")
	write(t, dockerfile, `FROM scratch
COPY . /
ENV PATH=/usr/local/go/bin:/bin GOTOOLCHAIN=local GOMODCACHE=/modules GOCACHE=/cache \
    GOPROXY=`+goEnv(t, "GOPROXY")+` GOSUMDB=`+goEnv(t, "GOSUMDB")+`
`)
	s.run(t, "buildah", "build", "--tag", builderName, "--file", dockerfile, root)
}

// build runs `make image` in a folder, with a build cache, and returns the
// images that it makes by their architectures.
func (s *store) build(t *testing.T, dir, platforms, cache string) map[string]image {
	t.Helper()
	s.run(t, "make", "--no-print-directory", "-C", dir, "image", "CONTAINER_TOOL=buildah", "PLATFORM="+platforms,
		"IMAGE="+imageName, "BUILDER_IMAGE="+builderName, "VERSION="+version, "REVISION="+revision, fmt.Sprint("SOURCE_DATE_EPOCH=", epoch),
		"IMAGE_FLAGS=-v "+goEnv(t, "GOROOT")+":/usr/local/go:ro -v "+goEnv(t, "GOMODCACHE")+":/modules -v "+cache+":/cache")
	layout := filepath.Join(t.TempDir(), "layout")
	if strings.Contains(platforms, ",") {
		s.run(t, "buildah", "manifest", "push", "--all", "--format", "oci", imageName, "oci:"+layout)
	} else {
		s.run(t, "buildah", "push", imageName, "oci:"+layout)
	}
	return readLayout(t, layout)
}

// goEnv returns a setting of this machine's Go.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	return strings.TrimSpace(run(t, exec.CommandContext(t.Context(), "go", "env", name)))
}

// run runs a command and returns what it prints to its standard output.
func run(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", command, err, output, stderr.String())
	}
	return string(output)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
