package integration

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// expect waits until the page says of a namespace exactly what is wanted, and
// not a line more. Series that are exposed at 0 need not be listed.
func expect(t *testing.T, p *process.Podscore, namespace string, want ...string) {
	t.Helper()
	wanted := whole(namespace, want)
	harness.Eventually(t, func() (string, bool) {
		got := harness.SeriesOf(harness.Scrape(t, p), namespace)
		return fmt.Sprintf("namespace %s has\n%s\nwant\n%s\ndiffering in\n%s", namespace, got, wanted, harness.Difference(got, wanted)), got == wanted
	})
}

// whole renders the lines about one namespace, in alphabetical order: those that
// are wanted, such as `podscore_namespace_pods{status="compliant"} 1`, and 0
// for all others that every namespace has. Unless it is said, all
// pods have a score that are not exempt.
func whole(namespace string, want []string) string {
	lines := map[string]string{}
	set := func(name, labels, value string) {
		lines[name+","+labels] = fmt.Sprintf("%s{%s} %s\n", name, labels, value)
	}
	self := fmt.Sprintf("namespace=%q", namespace)
	for _, check := range securitycontext.Checks() {
		set("podscore_namespace_failing_pods", fmt.Sprintf("check=%q,%s", check.ID, self), "0")
		set("podscore_check_failures_total", fmt.Sprintf("check=%q,%s", check.ID, self), "0")
	}
	for _, status := range []string{"compliant", "noncompliant", "exempt"} {
		set("podscore_namespace_pods", fmt.Sprintf("%s,status=%q", self, status), "0")
		set("podscore_pods_observed_total", fmt.Sprintf("%s,status=%q", self, status), "0")
		set("podscore_verdict_changes_total", fmt.Sprintf("%s,to=%q", self, status), "0")
	}
	scored := 0
	for _, line := range want {
		series, value, _ := strings.Cut(line, "} ")
		if value == "" {
			series, value, _ = strings.Cut(line, " ")
		}
		name, labels, _ := strings.Cut(series, "{")
		all := []string{self}
		if labels != "" {
			all = append(all, strings.Split(labels, ",")...)
		}
		slices.Sort(all)
		set(name, strings.Join(all, ","), value)
		if pods, err := strconv.Atoi(value); err == nil && name == "podscore_namespace_pods" && !strings.Contains(labels, "exempt") {
			scored += pods
		}
	}
	if _, given := lines["podscore_namespace_score_pods,"+self]; !given {
		set("podscore_namespace_score_pods", self, strconv.Itoa(scored))
	}
	return strings.Join(slices.Sorted(maps.Values(lines)), "")
}

// failing lists the series of the checks that a number of pods fail.
func failing(metric string, pods int, checks ...string) []string {
	var lines []string
	for _, check := range checks {
		lines = append(lines, fmt.Sprintf("%s{check=%q} %d", metric, check, pods))
	}
	return lines
}
