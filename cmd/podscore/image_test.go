package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestImageHasAllSources: the Dockerfile and .dockerignore name every folder whose packages
// the binary imports.
func TestImageHasAllSources(t *testing.T) {
	const module = "github.com/podscore/podscore/"
	packages, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	ignore, err := os.ReadFile("../../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.Lines(string(packages)) {
		dir, ours := strings.CutPrefix(strings.TrimSpace(path), module)
		if !ours {
			continue
		}
		dir, _, _ = strings.Cut(dir, "/")
		if copies := "COPY " + dir + " " + dir + "\n"; !strings.Contains(string(dockerfile), copies) || !strings.Contains(string(ignore), "!"+dir+"\n") {
			t.Errorf("the image is built without %s: add %q to the Dockerfile and \"!%s\" to .dockerignore", dir, copies, dir)
		}
	}
}
