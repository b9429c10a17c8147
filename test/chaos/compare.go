package chaos

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/podscore/podscore/securitycontext"
)

// gauges and counters are the metrics that are compared, by their names.
var (
	gauges = []string{
		"podscore_namespace_pods", "podscore_namespace_score_ratio", "podscore_namespace_score_pods", "podscore_namespace_failing_pods",
		"podscore_namespace_oldest_noncompliant_timestamp_seconds", "podscore_workload_failing_pods", "podscore_workload_series_dropped",
		"podscore_namespace_workload_series_dropped", "podscore_exemption_pods", "podscore_exemption_failures", "podscore_exemption_series_dropped",
	}
	counters = []string{observed, failures, changed, inCluster}
	statuses = []string{"compliant", "noncompliant", "exempt"}
)

// The counters' names.
const (
	observed  = "podscore_pods_observed_total"
	failures  = "podscore_check_failures_total"
	changed   = "podscore_verdict_changes_total"
	inCluster = "podscore_cluster_pods_observed_total"
)

func changesSeries(namespace, to string) string {
	return fmt.Sprintf("%s{namespace=%q,to=%q}", changed, namespace, to)
}

func clusterSeries(status string) string { return fmt.Sprintf("%s{status=%q}", inCluster, status) }

// parseSeries returns the series of some metrics in an exposition.
func parseSeries(exposition string, metrics []string) (series, error) {
	all := series{}
	for line := range strings.Lines(exposition) {
		name, text, _ := strings.Cut(strings.TrimSpace(line), "} ")
		metric, _, labelled := strings.Cut(name, "{")
		if labelled {
			name += "}"
		} else {
			name, text, _ = strings.Cut(name, " ")
			metric = name
		}
		if !slices.Contains(metrics, metric) {
			continue
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%s has no number: %q", name, line)
		}
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		all[name] = value
	}
	return all, nil
}

// namespaceOf returns the value of a series' label namespace.
func namespaceOf(name string) string {
	_, rest, _ := strings.Cut(name, `namespace="`)
	namespace, _, _ := strings.Cut(rest, `"`)
	return namespace
}

// nearlyEqual reports whether two values are equal but for the rounding of sums, which
// depends on the order of addition.
func nearlyEqual(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(math.Abs(a), math.Abs(b)) }

// compareGauges returns the differences between the gauges and the expected ones.
func compareGauges(got, want series) (wrong []string) {
	names := maps.Clone(want)
	maps.Copy(names, got)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		is, there := got[name]
		should, expected := want[name]
		switch {
		case !there:
			wrong = append(wrong, fmt.Sprintf("%s is missing, want %v", name, should))
		case !expected:
			wrong = append(wrong, fmt.Sprintf("%s %v must not be there", name, is))
		case !nearlyEqual(is, should):
			wrong = append(wrong, fmt.Sprintf("%s %v, want %v", name, is, should))
		}
	}
	return wrong
}

// compareNames returns which counters are missing or must not exist. The expected ones
// are those of the cluster, and of every namespace in the gauges.
func compareNames(got, gauges series) (wrong []string) {
	expected := map[string]bool{}
	for _, status := range statuses {
		expected[clusterSeries(status)] = true
	}
	for name := range gauges {
		namespace := namespaceOf(name)
		if !strings.HasPrefix(name, "podscore_namespace_pods{") || expected[podsSeries(observed, namespace, "exempt")] {
			continue
		}
		for _, status := range statuses {
			expected[podsSeries(observed, namespace, status)] = true
			expected[changesSeries(namespace, status)] = true
		}
		for _, check := range securitycontext.Checks() {
			expected[checkSeries(failures, namespace, check.ID)] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(expected)) {
		if _, there := got[name]; !there {
			wrong = append(wrong, name+" is missing")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if !expected[name] {
			wrong = append(wrong, fmt.Sprintf("%s %v must not be there", name, got[name]))
		}
	}
	return wrong
}

// compareCounters returns which counters have increased by a value out of bounds.
func compareCounters(got series, want map[string]bounds) (wrong []string) {
	names := maps.Clone(got)
	for name := range want {
		names[name] += 0
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if is, b := got[name], want[name]; is < b.low || is > b.high {
			wrong = append(wrong, fmt.Sprintf("%s increased by %v, want %v to %v", name, is, b.low, b.high))
		}
	}
	return wrong
}
