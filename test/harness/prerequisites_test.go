package harness

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPrerequisites runs test/prerequisites.sh with a PATH that has the programs of a
// case, and no others.
func TestPrerequisites(t *testing.T) {
	const (
		root     = "echo 0"
		somebody = "echo 1000"
		installs = `echo "$@" >>"$0.log"`
		fails    = "exit 100"
	)
	for name, c := range map[string]struct {
		test      string            // "" for dashboards
		has       map[string]string // shell scripts by the names of programs
		fails     bool
		says      string // a part of the output; "" for no output
		installed string
	}{
		"nothing is missing": {has: map[string]string{"node": "", "npm": "", "chromium": "", "id": root, "apt-get": installs}},
		"root with apt-get": {
			has:  map[string]string{"node": "", "id": root, "apt-get": installs},
			says: "installing npm chromium, for the tests of dashboards", installed: "npm chromium",
		},
		"root with apt-get that fails": {
			has:   map[string]string{"node": "", "id": root, "apt-get": fails},
			fails: true, says: `make test WITHOUT="dashboards"`,
		},
		"root without apt-get":    {has: map[string]string{"id": root}, fails: true, says: "install nodejs npm chromium ("},
		"the image, and not root": {test: "image", has: map[string]string{"id": somebody, "apt-get": installs}, fails: true, says: "make test WITHOUT=image"},
		"somebody with apt-get": {
			has:   map[string]string{"id": somebody, "apt-get": installs},
			fails: true, says: `make test WITHOUT="dashboards"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			bin := t.TempDir()
			for program, does := range c.has {
				if err := os.WriteFile(filepath.Join(bin, program), []byte("#!/bin/sh\n"+does+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			command := exec.Command("/bin/sh", "../prerequisites.sh", cmp.Or(c.test, "dashboards"))
			command.Env = []string{"PATH=" + bin}
			said, err := command.CombinedOutput()
			if (err != nil) != c.fails {
				t.Errorf("it ends with %v, want that it fails: %t", err, c.fails)
			}
			if c.says == "" && len(said) > 0 || !strings.Contains(string(said), c.says) {
				t.Errorf("it says %q, want %q", said, c.says)
			}
			log, _ := os.ReadFile(filepath.Join(bin, "apt-get.log"))
			if !strings.Contains(string(log), c.installed) || c.installed == "" && len(log) > 0 {
				t.Errorf("apt-get was told %q, want %q", log, c.installed)
			}
		})
	}
}
