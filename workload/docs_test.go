package workload

import (
	"flag"
	"testing"

	"github.com/podscore/podscore/test/docs"
)

var _ = flag.Bool("update", false, "write the generated docs instead of comparing with them")

func TestTwinDocs(t *testing.T) {
	var rows [][]string
	for _, row := range parts {
		owner := row.owner
		if row.group != "" {
			owner += " of " + row.group
		}
		label := "`" + row.label + "`"
		switch {
		case row.with.Key != "":
			label += " beside `" + row.with.Key + "=" + row.with.Value + "`"
		case row.unless != "":
			label += ", unless `" + row.unless + "` has the same value"
		}
		rows = append(rows, []string{owner, label, row.kind, "[source](" + row.source + ")"})
	}
	docs.Section(t, "docs/checks.md", "workloads", docs.Table([]string{"owner", "label with the name", "workload", "who sets it"}, rows))
}
