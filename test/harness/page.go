package harness

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/test/process"
)

// Page returns /metrics, which must answer 200.
func Page(t testing.TB, p *process.Podscore) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	status, body, err := process.Get(ctx, p.MetricsURL+"/metrics")
	if err != nil || status != http.StatusOK {
		t.Fatalf("/metrics answers %d, %v: %s", status, err, body)
	}
	return body
}

// NamespaceSeries returns the lines of a page that are about some namespace, in
// alphabetical order.
func NamespaceSeries(page string) []string { return linesWith(page, `namespace="`) }

// SeriesOf returns the part of a page that is about one namespace, in alphabetical order.
func SeriesOf(page, namespace string) string {
	return strings.Join(linesWith(page, fmt.Sprintf("namespace=%q", namespace)), "")
}

func linesWith(page, label string) []string {
	var lines []string
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "podscore_") && strings.Contains(line, label) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// Value returns the value of one series of a page, given as it is written there.
func Value(page, series string) string {
	for line := range strings.Lines(page) {
		if value, found := strings.CutPrefix(line, series+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return "absent"
}

// Number returns the number that a text is.
func Number(t testing.TB, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%q is no number", text)
	}
	return value
}

// Sum adds up all series of a metric that has labels.
func Sum(t testing.TB, page, metric string) float64 {
	t.Helper()
	total := 0.0
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, metric+"{") {
			total += Number(t, strings.TrimSpace(line[strings.LastIndex(line, " "):]))
		}
	}
	return total
}

// AwaitPods waits until podscore knows of so many pods.
func AwaitPods(t testing.TB, p *process.Podscore, pods int) {
	t.Helper()
	awaitSum(t, p, "podscore_namespace_pods", pods)
}

// AwaitObserved waits until podscore has counted so many newly observed pods.
func AwaitObserved(t testing.TB, p *process.Podscore, pods int) {
	t.Helper()
	awaitSum(t, p, "podscore_pods_observed_total", pods)
}

func awaitSum(t testing.TB, p *process.Podscore, metric string, want int) {
	t.Helper()
	Eventually(t, func() (string, bool) {
		got := Sum(t, Page(t, p), metric)
		return fmt.Sprintf("%s comes to %v, want %d", metric, got, want), got == float64(want)
	})
}

// Difference lists the lines that only one of two texts has.
func Difference(got, want string) string {
	var text strings.Builder
	only := func(sign, one, other string) {
		others := map[string]bool{}
		for line := range strings.Lines(other) {
			others[line] = true
		}
		for line := range strings.Lines(one) {
			if !others[line] {
				text.WriteString(sign + line)
			}
		}
	}
	only("+ ", got, want)
	only("- ", want, got)
	return text.String()
}
