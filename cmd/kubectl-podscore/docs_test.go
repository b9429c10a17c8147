package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/reports"
	"github.com/podscore/podscore/test/docs"
	"github.com/podscore/podscore/test/pages"
)

var update = flag.Bool("update", false, "write the generated docs instead of comparing with them")

func TestTwinDocs(t *testing.T) {
	names, about := reports.Formats()
	var rows [][]string
	for i, name := range names {
		if name != "" {
			rows = append(rows, []string{"`" + name + "`", about[i]})
		}
	}
	docs.Section(t, "docs/terminal.md", "formats", docs.Table([]string{"`-o`", "writes"}, rows))

	rows = nil
	for _, kind := range manifests.Kinds() {
		source := "Kubernetes"
		if kind.Source != "" {
			source = "[source](" + kind.Source + ")"
		}
		group := "core"
		if kind.Group != "" {
			group = "`" + kind.Group + "`"
		}
		rows = append(rows, []string{"`" + kind.Kind + "`", group, inCode(kind.Paths), source})
	}
	docs.Section(t, "docs/terminal.md", "kinds", docs.Table([]string{"kind", "group", "templates at", "by"}, rows))
}

// inCode returns paths as a cell has them.
func inCode(paths []string) string {
	if paths[0] == "" {
		return "the pod itself"
	}
	return "`" + strings.Join(paths, "`, `") + "`"
}

// TestTwinExamples: what docs/terminal.md shows as written by a command is what it writes.
// A block of YAML whose first line is a comment with a name is a file of that name.
func TestTwinExamples(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	page := filepath.Join("docs", "terminal.md")
	blocks, err := pages.Blocks(root, page)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var updated strings.Builder
	rest, command, run := string(text), "", 0
	for _, block := range blocks {
		before, after, _ := strings.Cut(rest, "```"+block.Language+"\n"+block.Text+"```\n")
		shown := block.Text
		switch block.Language {
		case "yaml":
			name, _, _ := strings.Cut(strings.TrimPrefix(block.Text, "# "), "\n")
			if err := os.WriteFile(name, []byte(block.Text), 0o600); err != nil {
				t.Fatal(err)
			}
		case "sh":
			command = block.Text
		case "text":
			shown, run = outputOf(command), run+1
			if shown != block.Text && !*update {
				t.Errorf("%v: the command above writes\n%s\nrun make update", block, shown)
			}
		}
		updated.WriteString(before + "```" + block.Language + "\n" + shown + "```\n")
		rest = after
	}
	if run == 0 {
		t.Error("no command was run")
	}
	if *update {
		if err := os.WriteFile(filepath.Join(root, page), []byte(updated.String()+rest), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// outputOf returns what a command line of the page writes, to both outputs. Its arguments
// have no spaces, and may be in quotation marks.
func outputOf(command string) string {
	args := strings.Fields(strings.ReplaceAll(strings.TrimPrefix(command, "kubectl podscore "), "'", ""))
	_, out, errOut := execute("", args...)
	return out + errOut
}
