package integration

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/process"
)

// page returns /metrics, which must answer 200.
func page(t *testing.T, p *process.Podscore) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	status, body, err := process.Get(ctx, p.MetricsURL+"/metrics")
	if err != nil || status != http.StatusOK {
		t.Fatalf("/metrics answers %d, %v: %s", status, err, body)
	}
	return body
}

// seriesOf returns all lines of the page about one namespace, in alphabetical order.
func seriesOf(page, namespace string) string {
	var lines []string
	for line := range strings.Lines(page) {
		if strings.Contains(line, fmt.Sprintf("namespace=%q", namespace)) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// value returns the value of one series of the page, given as it is written there.
func value(page, series string) string {
	for line := range strings.Lines(page) {
		if value, found := strings.CutPrefix(line, series+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return "absent"
}

// eventually waits until a condition holds, and fails with what it last said.
func eventually(t *testing.T, condition func() (what string, ok bool)) {
	t.Helper()
	var what string
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var ok bool
		if what, ok = condition(); ok {
			return
		}
	}
	t.Fatalf("within a minute this did not change: %s", what)
}

// expect waits until the page says of a namespace exactly what is wanted, and
// not a line more. Series that are exposed at 0 need not be listed.
func expect(t *testing.T, p *process.Podscore, namespace string, want ...string) {
	t.Helper()
	wanted := whole(namespace, want)
	eventually(t, func() (string, bool) {
		got := seriesOf(page(t, p), namespace)
		return fmt.Sprintf("namespace %s has\n%s\nwant\n%s\ndiffering in\n%s", namespace, got, wanted, difference(got, wanted)), got == wanted
	})
}

// whole renders the lines about one namespace, in alphabetical order: those that
// are wanted, such as `podscore_namespace_pods{status="compliant"} 1`, and 0
// for all others that every namespace has.
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
	}
	return strings.Join(slices.Sorted(maps.Values(lines)), "")
}

// difference lists the lines that only one of two texts has.
func difference(got, want string) string {
	var text strings.Builder
	for _, line := range strings.Split(got, "\n") {
		if !strings.Contains(want, line+"\n") {
			text.WriteString("+ " + line + "\n")
		}
	}
	for _, line := range strings.Split(want, "\n") {
		if !strings.Contains(got, line+"\n") {
			text.WriteString("- " + line + "\n")
		}
	}
	return text.String()
}

// failing lists the series of the checks that a number of pods fail.
func failing(metric string, pods int, checks ...string) []string {
	var lines []string
	for _, check := range checks {
		lines = append(lines, fmt.Sprintf("%s{check=%q} %d", metric, check, pods))
	}
	return lines
}
