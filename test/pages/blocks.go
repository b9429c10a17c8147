// Package pages runs what the documentation shows: every query, command and
// configuration is tried on a real control plane with two replicas of podscore, a
// Prometheus and an Alertmanager.
//
// What cannot be tried says so in its page, in a comment before the block:
// "<!-- not run: the reason -->". It is parsed all the same, where there is a parser.
package pages

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Block is a fenced block of a page.
type Block struct {
	Page     string // relative to the checkout
	Line     int    // of the text's first line
	Language string
	Text     string
	NotRun   string // why it is not run; empty if it is
}

// String returns where the block stands.
func (b Block) String() string { return fmt.Sprintf("%s:%d", b.Page, b.Line) }

// Pages lists the pages that users read, relative to the checkout: all but the
// decisions, which tell of what was.
func Pages(root string) ([]string, error) {
	pages := []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "dashboards/README.md", "charts/podscore/README.md"}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == "decisions":
			return filepath.SkipDir
		case filepath.Ext(path) == ".md":
			relative, err := filepath.Rel(root, path)
			pages = append(pages, relative)
			return err
		}
		return nil
	})
	return pages, err
}

var notRun = regexp.MustCompile(`^<!-- not run: (.+) -->$`)

// Blocks returns the blocks of a page.
func Blocks(root, page string) ([]Block, error) {
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		return nil, err
	}
	return parse(page, string(text))
}

func parse(page, text string) ([]Block, error) {
	var blocks []Block
	var open *Block
	before := ""
	for i, line := range strings.Split(text, "\n") {
		language, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && open == nil:
			open = &Block{Page: page, Line: i + 2, Language: language}
			if found := notRun.FindStringSubmatch(before); found != nil {
				open.NotRun = found[1]
			}
		case fence:
			blocks, open = append(blocks, *open), nil
		case open != nil:
			open.Text += line + "\n"
		}
		if strings.TrimSpace(line) != "" {
			before = line
		}
	}
	if open != nil {
		return nil, fmt.Errorf("%v: the block does not end", open)
	}
	return blocks, nil
}

// queries splits a block of PromQL: queries are apart by a blank line, and
// comments are left out.
func queries(text string) []string {
	var found []string
	for part := range strings.SplitSeq(text, "\n\n") {
		lines := slices.DeleteFunc(strings.Split(part, "\n"), func(line string) bool {
			return strings.HasPrefix(strings.TrimSpace(line), "#")
		})
		if query := strings.TrimSpace(strings.Join(lines, "\n")); query != "" {
			found = append(found, query)
		}
	}
	return found
}
