package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// archive is a file that people download.
type archive struct {
	platform platform
	name     string
	sum      [sha256.Size]byte
}

// packed is a file in an archive.
type packed struct {
	name string
	mode os.FileMode
	text []byte
}

// pack writes the archive of a platform: the program, what completes its arguments, and
// the licenses of both.
func (r *release) pack(p platform, program string) (archive, error) {
	const source = "cmd/kubectl-podscore/"
	completer, write, end := "kubectl_complete-podscore", tarGz, ".tar.gz"
	if p.os == "windows" {
		completer, write, end = completer+".cmd", zipped, ".zip"
	}
	var files []packed
	for _, file := range []struct {
		path string
		mode os.FileMode
	}{{program, 0o755}, {source + completer, 0o755}, {"LICENSE", 0o644}, {source + "THIRD_PARTY_NOTICES", 0o644}} {
		text, err := os.ReadFile(file.path)
		if err != nil {
			return archive{}, err
		}
		files = append(files, packed{filepath.Base(file.path), file.mode, text})
	}
	var out bytes.Buffer
	if err := write(&out, files, r.time); err != nil {
		return archive{}, err
	}
	made := archive{platform: p, name: r.name(p.os + "_" + p.arch + end), sum: sha256.Sum256(out.Bytes())}
	return made, os.WriteFile(filepath.Join(r.out, made.name), out.Bytes(), 0o644)
}

// tarGz writes a compressed tar archive, in which no owner and no machine's time is.
func tarGz(w io.Writer, files []packed, at time.Time) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	out := tar.NewWriter(compressed)
	for _, f := range files {
		if err := out.WriteHeader(&tar.Header{Name: f.name, Mode: int64(f.mode), Size: int64(len(f.text)), ModTime: at, Format: tar.FormatUSTAR}); err != nil {
			return err
		}
		if _, err := out.Write(f.text); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

// zipped writes a zip archive.
func zipped(w io.Writer, files []packed, at time.Time) error {
	out := zip.NewWriter(w)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at}
		header.SetMode(f.mode)
		into, err := out.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := into.Write(f.text); err != nil {
			return err
		}
	}
	return out.Close()
}

// checksums lists archives as sha256sum does.
func checksums(archives []archive) []byte {
	var text strings.Builder
	for _, a := range archives {
		fmt.Fprintf(&text, "%x  %s\n", a.sum, a.name)
	}
	return []byte(text.String())
}
