package history

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
)

var end = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func series(value float64, labels ...model.LabelValue) *model.Sample {
	metric := model.Metric{model.MetricNameLabel: labels[0]}
	for i := 1; i < len(labels); i += 2 {
		metric[model.LabelName(labels[i])] = labels[i+1]
	}
	return &model.Sample{Metric: metric, Value: model.SampleValue(value)}
}

var now = model.Vector{
	series(3, "podscore_namespace_pods", "namespace", "shop", "status", "compliant"),
	series(1, "podscore_namespace_pods", "namespace", "shop", "status", "noncompliant"),
	series(2, "podscore_namespace_pods", "namespace", "shop", "status", "exempt"),
	series(0.9, "podscore_namespace_score_ratio", "namespace", "shop"),
	series(7, "podscore_pods_observed_total", "namespace", "shop", "status", "compliant"),
	series(1, "podscore_check_info", "check", `with "quotes"`),
}

func TestWrite(t *testing.T) {
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := Write(out, now, Before(end, 90*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if first.String() != second.String() {
		t.Error("two histories of the same series differ")
	}
	text, complete := strings.CutSuffix(first.String(), "# EOF\n")
	if !complete {
		t.Error("the end is not marked, so that promtool refuses it")
	}
	values, times := map[string][]float64{}, map[string][]int64{}
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSpace(line[strings.LastIndex(line, "}")+1:]), " ")
		name := line[:strings.LastIndex(line, "}")+1]
		value, _ := strconv.ParseFloat(fields[0], 64)
		at, _ := strconv.ParseInt(fields[1], 10, 64)
		values[name], times[name] = append(values[name], value), append(times[name], at)
	}
	if len(values) != len(now) {
		t.Errorf("%d series, want %d", len(values), len(now))
	}
	for name, at := range times {
		for i := 1; i < len(at); i++ {
			if step := at[i] - at[i-1]; step <= 0 || step > 30*60 {
				t.Fatalf("%s: %d s between two samples", name, step)
			}
		}
		if at[0] > end.AddDate(0, 0, -90).Unix() || at[len(at)-1] < end.Add(-5*time.Minute).Unix() || at[len(at)-1] >= end.Unix() {
			t.Errorf("%s: from %d to %d, which is not the span", name, at[0], at[len(at)-1])
		}
	}
	compliant := values[`podscore_namespace_pods{namespace="shop",status="compliant"}`]
	if first, last := compliant[0], compliant[len(compliant)-1]; first >= last || last != 3 {
		t.Errorf("from %v to %v compliant pods, and it should get better, to 3", first, last)
	}
	noncompliant := values[`podscore_namespace_pods{namespace="shop",status="noncompliant"}`]
	for i := range compliant {
		if compliant[i]+noncompliant[i] != 4 {
			t.Fatalf("%v compliant and %v non-compliant pods, of 4", compliant[i], noncompliant[i])
		}
	}
	observed := values[`podscore_pods_observed_total{namespace="shop",status="compliant"}`]
	for i := 1; i < len(observed); i++ {
		if observed[i] < observed[i-1] {
			t.Fatalf("a counter falls from %v to %v", observed[i-1], observed[i])
		}
	}
	if observed[len(observed)-1] < 100 {
		t.Errorf("%v pods in 90 days, which nobody would see", observed[len(observed)-1])
	}
	if _, found := values[`podscore_check_info{check="with \"quotes\""}`]; !found {
		t.Errorf("quotes are not escaped: %v", strings.SplitN(text[strings.Index(text, "check_info"):], "\n", 2)[0])
	}
}

func TestPlan(t *testing.T) {
	p := plan{{0, 0}, {10, 0}, {20, 1}, {30, 0.5}}
	for daysAgo, want := range map[float64]float64{-1: 0, 0: 0, 10: 0, 15: 0.5, 20: 1, 25: 0.75, 30: 0.5, 365: 0.5} {
		if got := p.at(daysAgo); got != want {
			t.Errorf("%v days ago it was %v, want %v", daysAgo, got, want)
		}
	}
	for i, p := range plans {
		if p.at(0) != 0 {
			t.Errorf("plan %d does not lead to the present", i)
		}
	}
}
