package image

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
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

// binary returns /podscore, and requires that it is all there is in the image.
func (i image) binary(t *testing.T) []byte {
	t.Helper()
	var binary []byte
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
			if mode := header.FileInfo().Mode(); header.Name != "podscore" || binary != nil || mode != 0o755 || header.Uid != 0 {
				t.Fatalf("the image has %s (%s, of user %d); want /podscore alone (-rwxr-xr-x, of user 0)", header.Name, mode, header.Uid)
			}
			if binary, err = io.ReadAll(files); err != nil {
				t.Fatal(err)
			}
		}
	}
	return binary
}
