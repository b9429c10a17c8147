// Package image builds the container image as `make image` does, with buildah
// and without an engine or a registry, and runs it as a cluster would.
package image

import (
	"bytes"
	"debug/elf"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// What the images of the test are made for.
const (
	version  = "v0.0.0-test"
	revision = "0123456789abcdef0123456789abcdef01234567"
	// epoch is when the sources are said to be from, as Unix time.
	epoch = 1767225600
)

// maxSize bounds the sum of an image's layers, as they are unpacked on a node.
const maxSize = 40 << 20

func TestImage(t *testing.T) {
	needs(t, "make", "buildah", "podman", "runc", "/bin/busybox")
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t)
	s.addBuilder(t)
	built := s.build(t, root, "linux/amd64,linux/arm64", goEnv(t, "GOCACHE"))

	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		t.Run(arch, func(t *testing.T) {
			image, ok := built[arch]
			if !ok {
				t.Fatalf("make image builds for %v, not for %s", slices.Collect(maps.Keys(built)), arch)
			}
			checkConfig(t, image)
			checkFiles(t, image, machine)
		})
	}
	t.Run("runs confined", func(t *testing.T) { s.runConfined(t) })
	t.Run("is reproducible", func(t *testing.T) {
		// In another folder, and with nothing that was compiled before.
		again := s.build(t, copySources(t, root), "linux/amd64", t.TempDir())["amd64"]
		checkSame(t, built["amd64"], again, buildOutside(t, root))
	})
}

// checkConfig holds what the image says of itself.
func checkConfig(t *testing.T, image image) {
	t.Helper()
	config := image.Config
	if user := config.Config.User; user != "65532:65532" {
		t.Errorf("the image's user is %q, want 65532:65532", user)
	}
	if entrypoint := strings.Join(config.Config.Entrypoint, " "); entrypoint != "/podscore" {
		t.Errorf("the image's entrypoint is %q, want /podscore", entrypoint)
	}
	if want := time.Unix(epoch, 0).UTC(); !config.Created.Equal(want) {
		t.Errorf("the image is from %s, want %s, as SOURCE_DATE_EPOCH says", config.Created, want)
	}
	const repository = "https://github.com/podscore/podscore"
	want := map[string]string{
		"title":         "podscore",
		"description":   "Exports how the pods of each namespace comply with CIS Kubernetes Benchmark 5.6.3",
		"vendor":        "podscore",
		"licenses":      "Apache-2.0",
		"url":           repository,
		"source":        repository,
		"documentation": repository + "/blob/main/docs/operating.md",
		"version":       version,
		"revision":      revision,
	}
	got := map[string]string{}
	for name, value := range config.Config.Labels {
		got[strings.TrimPrefix(name, "org.opencontainers.image.")] = value
	}
	if !maps.Equal(got, want) {
		t.Errorf("the image's labels are %v, want %v", got, want)
	}
}

// checkFiles holds what is in the image: a static binary, and nothing else.
func checkFiles(t *testing.T, image image, machine elf.Machine) {
	t.Helper()
	binary := image.binary(t)
	if len(binary) > maxSize {
		t.Errorf("the image has %.1f MB, want %.0f at the most", float64(len(binary))/1e6, float64(maxSize)/1e6)
	}
	t.Logf("%.1f MB, %.1f MB compressed", float64(len(binary))/1e6, float64(image.Compressed)/1e6)
	file, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		t.Fatal(err)
	}
	if file.Machine != machine {
		t.Errorf("the binary is for %s, want %s", file.Machine, machine)
	}
	for _, program := range file.Progs {
		if program.Type == elf.PT_INTERP {
			t.Error("the binary asks for a dynamic linker, which the image does not have: CGO_ENABLED=0 is missing")
		}
	}
}

// checkSame holds two images of the same sources, and a binary that was built
// outside of any image, to each other.
func checkSame(t *testing.T, first, again image, outside []byte) {
	t.Helper()
	binary := again.binary(t)
	if !bytes.Equal(first.binary(t), binary) {
		t.Error("built in another folder, the binary is another one: something of the machine or the moment gets into it")
	}
	if first.ID != again.ID {
		t.Errorf("the same sources make image %s, and then %s", first.ID, again.ID)
	}
	if !bytes.Equal(outside, binary) {
		t.Error("go build outside of the image makes another binary: the Dockerfile builds with other flags than buildOutside, or not all sources")
	}
}

// copySources copies what `make image` needs to a folder that is no checkout.
func copySources(t *testing.T, root string) string {
	t.Helper()
	ignore := harness.Read(t, filepath.Join(root, ".dockerignore"))
	dir := t.TempDir()
	names := []string{"Makefile", "Dockerfile", ".dockerignore"}
	parts, err := filepath.Glob(filepath.Join(root, "*.mk")) // of the Makefile
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		names = append(names, filepath.Base(part))
	}
	for line := range strings.Lines(ignore) {
		if name, kept := strings.CutPrefix(strings.TrimSpace(line), "!"); kept {
			names = append(names, name)
		}
	}
	for _, name := range names {
		run(t, exec.CommandContext(t.Context(), "cp", "-R", filepath.Join(root, name), dir))
	}
	return dir
}

// buildOutside builds the binary as the Dockerfile says, on this machine.
func buildOutside(t *testing.T, root string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "podscore")
	command := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -X main.version="+version+" -X main.revision="+revision, "-o", path, "./cmd/podscore")
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=")
	run(t, command)
	return []byte(harness.Read(t, path))
}
