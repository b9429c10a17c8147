package history

import (
	"math"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
)

// shape is the course of one series. Asked for ascending times, it gives the
// value at each.
type shape func(t time.Time) float64

// shapeOf returns the course that leads to a series as it is now. A metric that
// is not named here has always been what it is.
func (p past) shapeOf(now *model.Sample) shape {
	metric, value := now.Metric, float64(now.Value)
	n := p[metric["namespace"]]
	seed := seedOf(metric)
	switch metric[model.MetricNameLabel] {
	case "podscore_namespace_pods":
		return func(t time.Time) float64 { return n.pods(t, string(metric["status"])) }
	case "podscore_namespace_score_pods":
		return func(t time.Time) float64 { return n.pods(t, "compliant") + n.pods(t, "noncompliant") }
	case "podscore_namespace_score_ratio":
		return func(t time.Time) float64 { return clamp(value*(1-0.6*n.debt(t)), 0.05, 1) }
	case "podscore_namespace_failing_pods":
		return func(t time.Time) float64 {
			return clamp(value+math.Round(n.debt(t)*n.judged()*seed), 0, n.judged())
		}
	case "podscore_namespace_oldest_noncompliant_timestamp_seconds":
		return n.oldest
	case "podscore_pods_observed_total":
		return counter(func(t time.Time) float64 { return 0.15 * n.pods(t, string(metric["status"])) * busy(t) })
	case "podscore_check_failures_total":
		return counter(func(t time.Time) float64 { return 0.15 * n.pods(t, "noncompliant") * seed * busy(t) })
	case "podscore_verdict_changes_total":
		return counter(func(t time.Time) float64 { return 0.02 * n.judged() * seed * busy(t) })
	case "podscore_detection_seconds_bucket":
		bound, _ := strconv.ParseFloat(string(metric["le"]), 64)
		return counter(func(t time.Time) float64 { return 5 * busy(t) * (1 - math.Exp(-bound/0.4)) })
	case "podscore_detection_seconds_count":
		return counter(func(t time.Time) float64 { return 5 * busy(t) })
	case "podscore_watch_errors_total":
		return counter(func(time.Time) float64 { return 0.02 * seed })
	case "rest_client_requests_total":
		if metric["method"] == "PUT" && metric["code"] == "200" { // the Lease is renewed twice a second
			return counter(func(time.Time) float64 { return 7200 })
		}
		return counter(func(t time.Time) float64 { return 2 * busy(t) * seed })
	case "process_cpu_seconds_total":
		return sum(func(t time.Time) float64 { return 9 * (1 + busy(t)/3 + noise(t, seed)) })
	case "podscore_watch_last_activity_timestamp_seconds":
		return func(t time.Time) float64 { return float64(t.Unix()) - 50*noise(t, seed) }
	case "process_resident_memory_bytes", "go_memstats_heap_inuse_bytes", "go_goroutines":
		return func(t time.Time) float64 { return math.Round(value * (0.95 + 0.1*noise(t, seed))) }
	case "podscore_collect_duration_seconds", "scrape_duration_seconds":
		return func(t time.Time) float64 { return value * (0.8 + 0.6*noise(t, seed)) }
	default:
		return func(time.Time) float64 { return value }
	}
}

// counter counts events from 0, so many an hour.
func counter(rate func(time.Time) float64) shape {
	total := sum(rate)
	return func(t time.Time) float64 { return math.Floor(total(t)) }
}

// sum adds up a rate, in units an hour, from 0.
func sum(rate func(time.Time) float64) shape {
	var total float64
	var last time.Time
	return func(t time.Time) float64 {
		if !last.IsZero() {
			total += rate(t) * t.Sub(last).Hours()
		}
		last = t
		return total
	}
}

// busy is how much is being deployed: more on working days, by day.
func busy(t time.Time) float64 {
	switch hour := t.UTC().Hour(); {
	case t.UTC().Weekday() == time.Saturday || t.UTC().Weekday() == time.Sunday:
		return 0.2
	case hour < 7 || hour > 18:
		return 0.4
	default:
		return 1.5 + math.Sin(float64(hour)*2.1+float64(t.YearDay()))
	}
}

func clamp(value, low, high float64) float64 { return max(low, min(value, high)) }
