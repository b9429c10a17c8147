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

// Scrape returns the exposition at /metrics. The test fails if the status is not 200.
func Scrape(t testing.TB, p *process.Podscore) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	status, body, err := process.Get(ctx, p.MetricsURL+"/metrics")
	if err != nil || status != http.StatusOK {
		t.Fatalf("/metrics answers %d, %v: %s", status, err, body)
	}
	return body
}

// NamespaceSeries returns podscore's series of an exposition that have the label
// namespace, one a line, in alphabetical order.
func NamespaceSeries(exposition string) []string { return linesWith(exposition, `namespace="`) }

// SeriesOf returns podscore's series of an exposition that are about one namespace, one
// a line, in alphabetical order.
func SeriesOf(exposition, namespace string) string {
	return strings.Join(linesWith(exposition, fmt.Sprintf("namespace=%q", namespace)), "")
}

func linesWith(exposition, label string) []string {
	var lines []string
	for line := range strings.Lines(exposition) {
		if strings.HasPrefix(line, "podscore_") && strings.Contains(line, label) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// Value returns the value of one series of an exposition, as it is written there;
// "absent" if there is none. The series is given with its labels, as in the exposition.
func Value(exposition, series string) string {
	for line := range strings.Lines(exposition) {
		if value, found := strings.CutPrefix(line, series+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return "absent"
}

// Number parses a value of an exposition.
func Number(t testing.TB, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%q is no number", text)
	}
	return value
}

// Sum returns the sum of all series of a metric that has labels.
func Sum(t testing.TB, exposition, metric string) float64 {
	t.Helper()
	total := 0.0
	for line := range strings.Lines(exposition) {
		if strings.HasPrefix(line, metric+"{") {
			total += Number(t, strings.TrimSpace(line[strings.LastIndex(line, " "):]))
		}
	}
	return total
}

// AwaitPods waits until podscore_namespace_pods comes to this number of pods.
func AwaitPods(t testing.TB, p *process.Podscore, pods int) {
	t.Helper()
	awaitSum(t, p, "podscore_namespace_pods", pods)
}

// AwaitObserved waits until podscore_pods_observed_total comes to this number of pods.
func AwaitObserved(t testing.TB, p *process.Podscore, pods int) {
	t.Helper()
	awaitSum(t, p, "podscore_pods_observed_total", pods)
}

func awaitSum(t testing.TB, p *process.Podscore, metric string, want int) {
	t.Helper()
	Eventually(t, func() (string, bool) {
		got := Sum(t, Scrape(t, p), metric)
		return fmt.Sprintf("%s comes to %v, want %d", metric, got, want), got == float64(want)
	})
}

// Difference returns the lines that only one of two texts has: with "+ " those of got,
// with "- " those of want.
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
