package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	dto "github.com/prometheus/client_model/go"
)

// standing is how each namespace stands, as /metrics tells it.
type standing map[string]row

// row is one namespace's line in the table.
type row struct {
	compliant, noncompliant, exempt int
	percent                         int    // -1 where there is no score
	worst                           string // the checks that most pods fail
}

// What the samples must come to. The arithmetic is that of docs/checks.md.
var (
	atStart = map[string]row{
		"shop":            {5, 2, 0, 86, "capabilities-drop-all 2"}, // an init container without a context: 31 of 60
		"payments":        {3, 0, 0, 100, ""},
		"data":            {0, 2, 0, 90, "read-only-root-filesystem 2"}, // 54 of 60
		"platform":        {1, 2, 0, 35, "privileged 2"},                // 3 of 88 twice, and 100 in a user namespace
		"batch":           {0, 1, 0, 68, "seccomp-profile 1"},           // 40 of 58
		"legacy":          {1, 1, 0, 50, "run-as-non-root 1"},           // 0, and 100 on Windows
		"sandbox":         {0, 1, 0, 51, "capabilities-drop-all 1"},     // a debugger without a context: 31 of 60
		"empty":           {0, 0, 0, -1, ""},
		"podscore":        {2, 0, 0, 100, ""},
		"kube-system":     {0, 0, 3, -1, ""},
		"kube-public":     {0, 0, 0, -1, ""},
		"kube-node-lease": {0, 0, 0, -1, ""},
		"default":         {0, 0, 0, -1, ""},
	}
	afterChange = changed(atStart, map[string]row{
		"payments": {3, 2, 0, 60, "run-as-non-root 2"}, // two pods that score 0 have joined
		"data":     {2, 0, 0, 100, ""},
	})
)

// The pods of payments/promotion are exempt, and what is not excused still costs points.
var whileExempt = changed(afterChange, map[string]row{"payments": {3, 0, 2, 60, "run-as-group 2"}})

func changed(before, changes map[string]row) map[string]row {
	after := maps.Clone(before)
	maps.Copy(after, changes)
	return after
}

// read takes the table out of the metrics.
func read(families map[string]*dto.MetricFamily) standing {
	s := standing{}
	each(families["podscore_namespace_pods"], func(label map[string]string, value float64) {
		r, known := s[label["namespace"]]
		if !known {
			r.percent = -1
		}
		switch label["status"] {
		case "compliant":
			r.compliant = int(value)
		case "noncompliant":
			r.noncompliant = int(value)
		case "exempt":
			r.exempt = int(value)
		}
		s[label["namespace"]] = r
	})
	each(families["podscore_namespace_score_ratio"], func(label map[string]string, value float64) {
		r := s[label["namespace"]]
		r.percent = int(100 * value)
		s[label["namespace"]] = r
	})
	severity := map[string]int{}
	each(families["podscore_check_info"], func(label map[string]string, _ float64) {
		severity[label["check"]] = slices.Index([]string{"low", "medium", "high", "critical"}, label["severity"])
	})
	type failing struct {
		check string
		pods  int
	}
	checks := map[string][]failing{}
	each(families["podscore_namespace_failing_pods"], func(label map[string]string, value float64) {
		if value > 0 {
			checks[label["namespace"]] = append(checks[label["namespace"]], failing{label["check"], int(value)})
		}
	})
	for namespace, failed := range checks {
		slices.SortFunc(failed, func(a, b failing) int {
			return cmp.Or(cmp.Compare(severity[b.check], severity[a.check]), cmp.Compare(b.pods, a.pods), strings.Compare(a.check, b.check))
		})
		var words []string
		for _, f := range failed[:min(3, len(failed))] {
			words = append(words, fmt.Sprintf("%s %d", f.check, f.pods))
		}
		r := s[namespace]
		r.worst = strings.Join(words, ", ")
		s[namespace] = r
	}
	return s
}

// each calls f with the labels and the value of every series of a family.
func each(family *dto.MetricFamily, f func(label map[string]string, value float64)) {
	for _, series := range family.GetMetric() {
		labels := map[string]string{}
		for _, label := range series.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		f(labels, series.GetGauge().GetValue())
	}
}

// compare returns an error with a line for every namespace that is not as
// wanted. Of the failing checks, wanted ones must be among the worst.
func (s standing) compare(want map[string]row) error {
	var errs []error
	for namespace, w := range want {
		got, found := s[namespace]
		numbers := got
		numbers.worst = w.worst
		if !found || numbers != w || !strings.Contains(got.worst, w.worst) || (w.worst == "" && got.worst != "") {
			errs = append(errs, fmt.Errorf("  %s: is %+v, should be %+v", namespace, got, w))
		}
	}
	for namespace := range s {
		if _, wanted := want[namespace]; !wanted {
			errs = append(errs, fmt.Errorf("  %s: has series, and does not exist", namespace))
		}
	}
	return errors.Join(errs...)
}

// print writes the table. Where before is given, rows that differ from it are
// marked, with their former score.
func (s standing) print(w io.Writer, before standing) {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "\n  NAMESPACE\tCOMPLIANT\tNONCOMPLIANT\tEXEMPT\tSCORE\tWORST FAILING CHECKS (PODS)")
	for _, namespace := range slices.Sorted(maps.Keys(s)) {
		r := s[namespace]
		mark, score := " ", percent(r.percent)
		if former := before[namespace]; before != nil && former != r {
			mark = "*"
			if former.percent != r.percent {
				score = percent(former.percent) + " > " + score
			}
		}
		fmt.Fprintf(table, "%s %s\t%d\t%d\t%d\t%s\t%s\n", mark, namespace, r.compliant, r.noncompliant, r.exempt, score, r.worst)
	}
	table.Flush()
}

func percent(value int) string {
	if value < 0 {
		return "-"
	}
	return fmt.Sprint(value)
}
