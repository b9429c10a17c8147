// Package history makes up months of podscore's series that lead to what a real
// podscore exposes now, and gives them to Prometheus as blocks, for whoever
// wants to look at trends without waiting for them.
package history

import (
	"context"
	"fmt"
	"time"

	prometheusv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// Flags are what a Prometheus needs to show the history: it keeps 15 days
// unless told otherwise, and takes a series for gone after 5 minutes, where the
// history has a sample every half hour.
var Flags = []string{"--storage.tsdb.retention.time=1y", "--query.lookback-delta=31m"}

// remembered are the series that have a history.
const remembered = `{job="podscore",__name__=~"podscore_.+|up|scrape_duration_seconds|process_(resident_memory_bytes|cpu_seconds_total)|go_goroutines|go_memstats_heap_inuse_bytes|go_gc_gomemlimit_bytes|rest_client_requests_total|certwatcher_.+"}`

// Now returns podscore's series as Prometheus has them at this moment.
func Now(ctx context.Context, prometheus prometheusv1.API) (model.Vector, error) {
	value, _, _, err := prometheus.Query(ctx, remembered, time.Now())
	if err != nil {
		return nil, err
	}
	vector, ok := value.(model.Vector)
	if !ok {
		return nil, fmt.Errorf("the answer of Prometheus is a %s, not a vector", value.Type())
	}
	return vector, nil
}

// Span is the time that a history covers.
type Span struct{ Start, End time.Time }

// Before returns the span of that length before a time, from a full half hour on.
func Before(end time.Time, length time.Duration) Span {
	return Span{Start: end.Add(-length).Truncate(30 * time.Minute), End: end}
}

// times are the moments at which a series has a value: every half hour; in the
// last two days, which dashboards show in finer steps, every four minutes; and
// what podscore says of itself every 20 seconds in the last hours.
func (s Span) times(metric model.Metric) []time.Time {
	steps := []struct{ reach, step time.Duration }{
		{s.End.Sub(s.Start), 30 * time.Minute},
		{48 * time.Hour, 4 * time.Minute},
	}
	if metric["namespace"] == "" {
		steps = append(steps, struct{ reach, step time.Duration }{7 * time.Hour, 20 * time.Second})
	}
	var times []time.Time
	at := s.Start
	for i, now := range steps {
		until := s.End
		if i+1 < len(steps) {
			until = s.End.Add(-steps[i+1].reach)
		}
		for ; at.Before(until); at = at.Add(now.step) {
			times = append(times, at)
		}
	}
	return times
}
