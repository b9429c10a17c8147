package pages

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/test/controlplane"
)

// TestConfigurations: every configuration that a page shows is valid, as podscore reads
// it. When they were written does not matter: an end in the past is valid.
func TestConfigurations(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := Pages(root)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, page := range pages {
		blocks, err := Blocks(root, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range blocks {
			if block.Language != "yaml" || !strings.Contains(block.Text, "apiVersion: "+configuration.APIVersion) {
				continue
			}
			tried++
			path := filepath.Join(t.TempDir(), "shown.yaml")
			if err := os.WriteFile(path, []byte(block.Text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, errs := configuration.Read(time.Now(), configuration.Options{}, path); len(errs) > 0 {
				t.Errorf("%v is not valid:\n%v", block, errs)
			}
		}
	}
	if tried == 0 {
		t.Error("no page shows a configuration: docs/exemptions.md has to")
	}
}
