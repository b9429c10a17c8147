package pages

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/controlplane"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)
	dropped = regexp.MustCompile("[^a-z0-9 _-]")
)

// TestLinks: a link of a page leads to a file that is there, and to a heading in it;
// every page can be reached from the index.
func TestLinks(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := Pages(root)
	if err != nil {
		t.Fatal(err)
	}
	index := read(t, root, "docs/README.md") + read(t, root, "docs/runbooks/README.md")
	for _, page := range pages {
		text := read(t, root, page)
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			path, fragment, _ := strings.Cut(found[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			target := page
			if path != "" {
				target = filepath.Join(filepath.Dir(page), path)
			}
			if _, err := os.Stat(filepath.Join(root, target)); err != nil {
				t.Errorf("%s: the link %s leads nowhere", page, found[1])
			} else if fragment != "" && !anchors(read(t, root, target))[fragment] {
				t.Errorf("%s: %s has no heading for the link %s", page, target, found[1])
			}
		}
		if filepath.Dir(page) != "." && !strings.Contains(index, "("+filepath.Base(page)) && !strings.Contains(index, "("+strings.TrimPrefix(page, "docs/")) && page != "docs/README.md" && page != "dashboards/README.md" && page != "charts/podscore/README.md" {
			t.Errorf("%s is not in docs/README.md", page)
		}
	}
}

// anchors are the fragments that GitHub gives a page's headings, and those that it sets itself.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, title := range heading.FindAllStringSubmatch(text, -1) {
		found[strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(title[1]), ""), " ", "-")] = true
	}
	for _, set := range anchor.FindAllStringSubmatch(text, -1) {
		found[set[1]] = true
	}
	return found
}

func read(t *testing.T, root, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
