package pages

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
)

// costs requires that docs/metrics.md says how many series Prometheus has of each kind.
func (s *stack) costs(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(s.root, "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	quiet := 2 * time.Second // for what the rules make of two samples; the rest is there by then
	for _, c := range []struct{ row, query string }{
		{"| every namespace, by the recording rules | %d |", `count({__name__=~"namespace:podscore_.+", namespace="shop"})`},
		{"| every namespace that exists | %d |", `count({__name__=~"podscore_.+", __name__!~"podscore_(workload.+|namespace_(workload.+|score_ratio|oldest.+))", namespace="shop"})`},
		{"| its score and its oldest non-compliant pod | %d |", `count({__name__=~"podscore_namespace_(score_ratio|oldest.+)", namespace="shop"})`},
		{"| the cluster, by the recording rules | %d |", `count({__name__=~"cluster:podscore_.+"})`},
		{"| every replica, about itself | about %d |", `round(count({job="podscore"} and on (pod) podscore_reporting == 0), 50)`},
	} {
		is := s.settles(t, c.query, quiet)
		quiet = 0
		if row := fmt.Sprintf(c.row, is); !strings.Contains(string(page), row) {
			t.Errorf("docs/metrics.md has no row %q, and Prometheus has %d by %s", row, is, c.query)
		}
	}
}

// settles returns the number that a query gives once it has been the same for so long.
func (s *stack) settles(t *testing.T, query string, quiet time.Duration) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	last, since := -1, time.Now()
	for last < 0 || time.Since(since) < quiet {
		value, _, _, err := s.prometheus.API.Query(ctx, query, time.Now())
		vector, _ := value.(model.Vector)
		switch {
		case err != nil:
			t.Fatalf("%s: %v", query, err)
		case len(vector) == 1 && int(vector[0].Value) != last:
			last, since = int(vector[0].Value), time.Now()
		}
		time.Sleep(200 * time.Millisecond)
	}
	return last
}
