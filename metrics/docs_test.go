package metrics

import (
	"flag"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/docs"
)

var _ = flag.Bool("update", false, "write the generated docs instead of comparing with them")

func TestTwinDocs(t *testing.T) {
	var rows [][]string
	for _, m := range table {
		labels := "none"
		if len(m.labels) > 0 {
			labels = "`" + strings.Join(m.labels, "`, `") + "`"
		}
		rows = append(rows, []string{"`" + m.name + "`", strings.ToLower(m.kind.String()), labels, m.help})
	}
	rows = append(rows, []string{"`" + detection.Name + "`", "histogram, native too", "none", detection.Help})
	docs.Section(t, "docs/metrics.md", "metrics", docs.Table([]string{"metric", "type", "labels", "says"}, rows))
}
