// Package docs keeps the generated parts of the documentation equal to the
// code that they describe.
package docs

import (
	"flag"
	"fmt"
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
	updated, err := Replace(string(text), name, want)
	switch {
	case err != nil:
		t.Fatalf("%s has %v", path, err)
	case updated == string(text):
	case flag.Lookup("update").Value.String() != "true":
		t.Errorf("section %q of %s is not what the code says; run make update", name, path)
	default:
		if err := os.WriteFile(path, []byte(updated), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Replace returns a file's text with the part between the comments that Section
// speaks of replaced. It is an error if there is no such part.
func Replace(text, name, want string) (string, error) {
	begin, end := "<!-- generated: "+name+" -->\n", "<!-- end -->"
	before, rest, found := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return "", fmt.Errorf("no section between %q and %q", strings.TrimSpace(begin), end)
	}
	return before + begin + "\n" + strings.TrimSpace(want) + "\n\n" + end + after, nil
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
