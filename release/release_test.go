package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var at = time.Date(2027, 1, 2, 3, 4, 6, 0, time.UTC)

// TestRelease makes the archive of this machine's platform, twice: the bytes are the same,
// the checksum is right, and the program runs.
func TestRelease(t *testing.T) {
	t.Chdir("..")
	here := platform{runtime.GOOS, runtime.GOARCH}
	var first []byte
	for range 2 {
		r := release{version: "v1.2.3", ldflags: "-s -w -X main.version=v1.2.3", out: t.TempDir(), time: at}
		if err := r.make([]platform{here}); err != nil {
			t.Fatal(err)
		}
		name := "kubectl-podscore_v1.2.3_" + here.os + "_" + here.arch + ".tar.gz"
		packed := read(t, filepath.Join(r.out, name))
		if first != nil && !bytes.Equal(first, packed) {
			t.Error("the same source makes other bytes")
		}
		first = packed
		if sums, want := string(read(t, filepath.Join(r.out, r.name("checksums.txt")))), fmt.Sprintf("%x  %s\n", sha256.Sum256(packed), name); sums != want {
			t.Errorf("the checksums are %q, want %q", sums, want)
		}
		files := untar(t, packed)
		if got := namesOf(files); !slices.Equal(got, []string{"kubectl-podscore", "kubectl_complete-podscore", "LICENSE", "THIRD_PARTY_NOTICES"}) {
			t.Errorf("the archive has %q", got)
		}
		program := filepath.Join(t.TempDir(), files[0].name)
		if err := os.WriteFile(program, files[0].text, files[0].mode); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.CommandContext(t.Context(), program, "--version").CombinedOutput(); err != nil || !strings.HasPrefix(string(said), "podscore v1.2.3 (") {
			t.Errorf("the program says %q: %v", said, err)
		}
		if manifest := read(t, filepath.Join(r.out, "podscore.yaml")); !strings.Contains(string(manifest), "version: v1.2.3") {
			t.Errorf("the manifest for Krew is\n%s", manifest)
		}
	}
}

// TestArchives: what is packed comes out again, and names no owner and no other time.
func TestArchives(t *testing.T) {
	files := []packed{{"a.exe", 0o755, []byte("program")}, {"LICENSE", 0o644, bytes.Repeat([]byte("text "), 1000)}}
	for name, c := range map[string]struct {
		write func(io.Writer, []packed, time.Time) error
		read  func(*testing.T, []byte) []packed
	}{"tar.gz": {tarGz, untar}, "zip": {zipped, unzip}} {
		var one, two bytes.Buffer
		if err := errors.Join(c.write(&one, files, at), c.write(&two, files, at)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s: the same files make other bytes", name)
		}
		if got := c.read(t, one.Bytes()); fmt.Sprint(got) != fmt.Sprint(files) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestVersions: a version that Krew would refuse has none.
func TestVersions(t *testing.T) {
	for version, want := range map[string]bool{
		"v1.2.3": true, "v0.1.0-rc.1": true, "v1.2.3-5-g4fdb921": true, "1.2.3": false, "v1.2": false, "v01.2.3": false, "4fdb921": false, "devel": false,
	} {
		if isSemantic(version) != want {
			t.Errorf("%s: got %t", version, !want)
		}
	}
}

func untar(t *testing.T, text []byte) (files []packed) {
	t.Helper()
	compressed, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(compressed); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Gid != 0 || header.Uname+header.Gname != "" || !header.ModTime.Equal(at) {
			t.Errorf("%s belongs to somebody, or is of another time: %+v", header.Name, header)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, packed{header.Name, header.FileInfo().Mode(), text})
	}
}

func unzip(t *testing.T, text []byte) (files []packed) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(content)
		if err != nil || !f.Modified.Equal(at) {
			t.Errorf("%s is of another time, or cannot be read: %v, %v", f.Name, f.Modified, err)
		}
		files = append(files, packed{f.Name, f.Mode(), text})
	}
	return files
}

func namesOf(files []packed) (names []string) {
	for _, f := range files {
		names = append(names, f.name)
	}
	return names
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
