package pages

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// notes tries what Helm prints after an installation: what is indented is to be copied.
func (s *stack) notes(t *testing.T) {
	command := exec.CommandContext(t.Context(), os.Getenv("HELM"), "install", "podscore", "charts/podscore", "--namespace=podscore", "--dry-run=client",
		"--set=image.registry=registry.invalid")
	command.Dir, command.Env = s.root, s.env
	said, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(said), "\nNOTES:\n")
	var blocks []Block
	for _, part := range regexp.MustCompile(`(?m)(^ {5}.+\n|^ {5,}.*\n)+`).FindAllString(text, -1) {
		block := Block{Page: "NOTES.txt", Text: strings.ReplaceAll("\n"+part, "\n     ", "\n")[1:]}
		switch {
		case strings.HasPrefix(block.Text, "- job_name"):
			block.Language, block.Text = "yaml", "scrape_configs:\n"+block.Text
		case strings.HasPrefix(block.Text, "kubectl") || strings.HasPrefix(block.Text, "curl"):
			block.Language, block.Text = "sh", regexp.MustCompile(`(?m)(port-forward .*)$`).ReplaceAllString(block.Text, "$1 &")
		default:
			block.Language, block.Text = "promql", strings.ReplaceAll(block.Text, "\n", "\n\n")
		}
		blocks = append(blocks, block)
	}
	if !found || len(blocks) < 4 {
		t.Fatalf("%d blocks in the notes, want commands, a scrape job and queries:\n%s", len(blocks), text)
	}
	for _, block := range blocks {
		s.try(t, block)
	}
	s.shell(t, blocks)
}
