package reports

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/podscore/podscore/terminal/changes"
	"github.com/podscore/podscore/terminal/verdicts"
)

// judged returns the verdicts on manifests, and their summary.
func judged(t *testing.T, file, text string) (all []*verdicts.Verdict, s *Summary) {
	t.Helper()
	s = &Summary{}
	for v := range verdictsOn(t, file, text) {
		s.Add(v)
		all = append(all, v)
	}
	return all, s
}

// compared returns what is written of a change of manifests.
func compared(t *testing.T, format string, o Options, before, after string) string {
	t.Helper()
	var out bytes.Buffer
	o.Out = &out
	write, err := NewChanges(format, o)
	if err != nil {
		t.Fatal(err)
	}
	was, wasSummary := judged(t, "before/shop.yaml", before)
	is, isSummary := judged(t, "shop.yaml", after)
	c := &Comparison{Changed: changes.Compare(was, is), Before: wasSummary, After: isSummary}
	if err := write(c); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// shopNext returns shop.yaml, and what a change makes of it: something better, something
// worse, an exemption that no longer holds, a workload more and one less.
func shopNext(t *testing.T) (before, after string) {
	t.Helper()
	shop, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	after = string(shop)
	for _, change := range []struct{ old, new string }{
		{"securityContext: {privileged: true}", "securityContext: {privileged: false}"},
		{"readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"},
		{"metadata: {name: backup, namespace: data}", "metadata: {name: copies, namespace: data}"},
	} {
		if !strings.Contains(after, change.old) {
			t.Fatalf("testdata/shop.yaml has no %q any more: change this test", change.old)
		}
		after = strings.Replace(after, change.old, change.new, 1)
	}
	return string(shop), after
}

// TestTwinChanges: the formats write what stands in testdata.
func TestTwinChanges(t *testing.T) {
	before, after := shopNext(t)
	for _, c := range []struct{ format, file string }{{"", "diff.txt"}, {"markdown", "diff-markdown.txt"}} {
		got := compared(t, c.format, Options{}, before, after)
		if *update {
			if err := os.WriteFile("testdata/"+c.file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile("testdata/" + c.file); err != nil || string(want) != got {
			t.Errorf("%q writes\n%s\nand not what %s has; run make update (%v)", c.format, got, c.file, err)
		}
	}
}

// TestNoChange: of nothing, text says nothing, and a pull request is told so.
func TestNoChange(t *testing.T) {
	before, _ := shopNext(t)
	if got := compared(t, "", Options{}, before, before); got != "" {
		t.Errorf("of the same it writes %q", got)
	}
	if got := compared(t, "markdown", Options{}, before, before); !strings.HasPrefix(got, "No failure is new, none is fixed.") || strings.Contains(got, "|") {
		t.Errorf("of the same it writes %q", got)
	}
}

// TestChangesOfHostileNames: a file cannot write over the terminal, or into other cells.
func TestChangesOfHostileNames(t *testing.T) {
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: \"a\\e[2J\\n|b\"}\nspec: {containers: [{name: \"\\u202ec|d`\"}]}\n"
	for _, format := range []string{"", "markdown"} {
		if got := compared(t, format, Options{}, "", text); strings.ContainsAny(got, "\x1b\u202e") || strings.Contains(got, "\n|b") {
			t.Errorf("%q writes %q", format, got)
		}
	}
}

// TestMarkdownIsBounded: it stays below what GitHub takes as a comment, and says what it
// leaves out.
func TestMarkdownIsBounded(t *testing.T) {
	var text strings.Builder
	for i := range 300 {
		text.WriteString("---\napiVersion: v1\nkind: Pod\nmetadata: {name: a-pod-with-a-long-name-" + strings.Repeat("x", i%60) + string(rune('a'+i%26)) + "}\nspec: {containers: [{name: app}]}\n")
	}
	if got := compared(t, "markdown", Options{}, "", text.String()); len(got) > 65_000 || !strings.Contains(got, "more are left out.") {
		t.Errorf("it writes %d bytes", len(got))
	}
}

func TestUnknownChangeFormat(t *testing.T) {
	if _, err := NewChanges("json", Options{}); err == nil || !strings.Contains(err.Error(), `unknown format "json": use markdown`) {
		t.Errorf("got %v", err)
	}
}
