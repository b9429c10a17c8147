package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// image is what is read of an image in an OCI layout.
type image struct {
	// ID is the digest of the configuration, which names the layers' digests.
	ID     string
	Config imageConfig
	// Compressed is the sum of the layers' sizes as they are pulled.
	Compressed int64

	layers []string // files
}

type imageConfig struct {
	Created      time.Time
	Architecture string
	Config       struct {
		User       string
		Entrypoint []string
		Labels     map[string]string
	}
}

type descriptor struct {
	MediaType, Digest string
	Size              int64
}

// readLayout returns the images of an OCI layout by their architectures.
func readLayout(t *testing.T, dir string) map[string]image {
	t.Helper()
	blob := func(d descriptor) string {
		return filepath.Join(dir, "blobs", strings.ReplaceAll(d.Digest, ":", "/"))
	}
	images := map[string]image{}
	var walk func(index string)
	walk = func(index string) {
		for _, entry := range decode[struct{ Manifests []descriptor }](t, index).Manifests {
			if strings.Contains(entry.MediaType, "index") {
				walk(blob(entry))
				continue
			}
			manifest := decode[struct {
				Config descriptor
				Layers []descriptor
			}](t, blob(entry))
			found := image{ID: manifest.Config.Digest, Config: decode[imageConfig](t, blob(manifest.Config))}
			for _, layer := range manifest.Layers {
				found.Compressed += layer.Size
				found.layers = append(found.layers, blob(layer))
			}
			images[found.Config.Architecture] = found
		}
	}
	walk(filepath.Join(dir, "index.json"))
	return images
}

func decode[T any](t *testing.T, path string) (value T) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// beside are the files that go along with the binary.
var beside = []string{"LICENSE", "THIRD_PARTY_NOTICES"}

// binary returns /podscore, and requires that it and the licenses are all there is
// in the image.
func (i image) binary(t *testing.T) []byte {
	t.Helper()
	var binary []byte
	var found []string
	for _, layer := range i.layers {
		file, err := os.Open(layer)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		for files := tar.NewReader(unpacked); ; {
			header, err := files.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(files)
			if err != nil {
				t.Fatal(err)
			}
			mode := header.FileInfo().Mode()
			if slices.Contains(beside, header.Name) && !slices.Contains(found, header.Name) && mode == 0o644 && header.Uid == 0 {
				found = append(found, header.Name)
				if same, err := os.ReadFile(filepath.Join("..", "..", header.Name)); err != nil || !bytes.Equal(content, same) {
					t.Errorf("the image's %s is not that of the sources: %v", header.Name, err)
				}
				continue
			}
			if header.Name != "podscore" || binary != nil || mode != 0o755 || header.Uid != 0 {
				t.Fatalf("the image has %s (%s, of user %d); want /podscore (-rwxr-xr-x, of user 0) and %v (-rw-r--r--) alone", header.Name, mode, header.Uid, beside)
			}
			binary = content
		}
	}
	if len(found) != len(beside) {
		t.Errorf("beside the binary the image has %v, want %v", found, beside)
	}
	return binary
}
