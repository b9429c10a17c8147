package pages

import (
	"slices"
	"testing"
)

func TestBlocks(t *testing.T) {
	text := "a\n\n```sh\nmake demo\n```\n<!-- not run: it takes an hour -->\n\n```sh\nmake chaos\n```\n\n```promql\n# One\na\n  + b\n\nc\n```\n"
	blocks, err := parse("page.md", text)
	want := []Block{
		{"page.md", 4, "sh", "make demo\n", ""},
		{"page.md", 9, "sh", "make chaos\n", "it takes an hour"},
		{"page.md", 13, "promql", "# One\na\n  + b\n\nc\n", ""},
	}
	if err != nil || !slices.Equal(blocks, want) {
		t.Errorf("the blocks are %+v, want %+v: %v", blocks, want, err)
	}
	if is, want := queries(want[2].Text), []string{"a\n  + b", "c"}; !slices.Equal(is, want) {
		t.Errorf("the queries are %q, want %q", is, want)
	}
	if _, err := parse("page.md", "```sh\n"); err == nil {
		t.Error("a block without an end is taken")
	}
}
