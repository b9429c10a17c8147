package pages

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/harness"
)

// TestLogMessages: every message that docs/operating.md explains is one that podscore, or
// the library that serves certificates, writes.
func TestLogMessages(t *testing.T) {
	root := "../.."
	_, table, found := strings.Cut(harness.Read(t, filepath.Join(root, "docs/operating.md")), "| the log says |")
	if !found {
		t.Fatal("docs/operating.md has no table of what the log says")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	library, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/controller-runtime").Output()
	if err != nil {
		t.Fatal(err)
	}
	written := sources(t, filepath.Join(strings.TrimSpace(string(library)), "pkg/certwatcher"))
	for _, room := range []string{"cmd", "controllers", "metrics", "serving"} {
		written += sources(t, filepath.Join(root, room))
	}
	quoted, rows := regexp.MustCompile("`([^`]+)`"), 0
	for row := range strings.SplitSeq(table, "\n") {
		first, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " |")
		for _, message := range quoted.FindAllStringSubmatch(first, -1) {
			text := strings.TrimSuffix(message[1], " …")
			if strings.Contains(text, "=") || strings.HasPrefix(text, "/") { // values, not messages
				continue
			}
			rows++
			if !strings.Contains(written, text) {
				t.Errorf("docs/operating.md explains the log message %q, and no program writes it", text)
			}
		}
	}
	if rows < 10 {
		t.Errorf("the table has %d messages that this test understands", rows)
	}
}

// sources returns the Go code below a folder, without tests.
func sources(t *testing.T, folder string) string {
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			all.WriteString(harness.Read(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
