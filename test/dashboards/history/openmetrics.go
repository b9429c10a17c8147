package history

import (
	"bufio"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
)

// Write writes, as OpenMetrics text, the values that the series had in the span.
func Write(w io.Writer, now model.Vector, span Span) error {
	out := bufio.NewWriterSize(w, 1<<20)
	p := pastOf(now, span.End)
	for _, series := range now {
		name, valueAt := nameOf(series.Metric), p.shapeOf(series)
		for _, t := range span.times(series.Metric) {
			value := valueAt(t)
			if math.IsNaN(value) {
				continue // the series was not there
			}
			_, _ = out.WriteString(name + " " + strconv.FormatFloat(value, 'g', -1, 64) + " " + strconv.FormatInt(t.Unix(), 10) + "\n")
		}
	}
	_, _ = out.WriteString("# EOF\n") // an error of any write stays until Flush
	return out.Flush()
}

// nameOf writes a series' name and labels. Metric.String would write blanks,
// which OpenMetrics does not have.
func nameOf(metric model.Metric) string {
	var labels []string
	for _, label := range slices.Sorted(maps.Keys(metric)) {
		if label != model.MetricNameLabel {
			labels = append(labels, string(label)+"="+strconv.Quote(string(metric[label])))
		}
	}
	return string(metric[model.MetricNameLabel]) + "{" + strings.Join(labels, ",") + "}"
}
