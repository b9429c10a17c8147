// Package docs keeps the generated parts of the documentation equal to the
// code that they describe.
package docs

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Section requires that the part of a file between the comments
// "<!-- generated: name -->" and "<!-- end -->" is want, a Markdown text. With
// the flag -update, which the calling package's tests must declare, it writes
// it there instead. The path is relative to the checkout's root.
func Section(t *testing.T, path, name, want string) {
	t.Helper()
	path = filepath.Join(root(t), path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- generated: "+name+" -->\n", "<!-- end -->"
	before, rest, found := strings.Cut(string(text), begin)
	got, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no section %q: it stands between %q and %q", path, name, strings.TrimSpace(begin), end)
	}
	want = "\n" + strings.TrimSpace(want) + "\n\n"
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("section %q of %s is not what the code says; run make update", name, path)
	}
}

// Table renders a table in Markdown. A cell's line breaks and bars are made safe.
func Table(header []string, rows [][]string) string {
	var text strings.Builder
	line := func(cells []string) {
		text.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	line(header)
	line(strings.Split(strings.Repeat("---,", len(header)-1)+"---", ","))
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = strings.NewReplacer("|", `\|`, "\n", " ").Replace(cell)
		}
		line(safe)
	}
	return text.String()
}

// root returns the checkout's root, above the package that is tested.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "localcluster", "build.sh")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("the tests do not run in a checkout")
		}
		dir = filepath.Dir(dir)
	}
}
