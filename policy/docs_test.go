package policy

import (
	"flag"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/docs"
)

var _ = flag.Bool("update", false, "write the generated docs instead of comparing with them")

func TestTwinDocs(t *testing.T) {
	var rows [][]string
	for _, preset := range presets {
		required := "all"
		if preset.required != nil {
			required = strings.Join(preset.required, ", ")
		}
		name := "`" + preset.name + "`"
		if preset.name == DefaultPreset {
			name += " (default)"
		}
		rows = append(rows, []string{name, required, preset.description})
	}
	docs.Section(t, "docs/checks.md", "presets", docs.Table([]string{"`--preset`", "required core checks", "which are"}, rows))
}
