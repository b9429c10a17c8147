package metrics

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// family returns the family of a row with these series, for encoding.
func (m *metric) family(metrics []*dto.Metric) *dto.MetricFamily {
	return &dto.MetricFamily{Name: &m.name, Help: &m.help, Type: &m.kind, Metric: metrics}
}

// series returns a series of the row. It panics unless labels has exactly the row's labels.
func (m *metric) series(value float64, labels prometheus.Labels) *dto.Metric {
	if len(labels) != len(m.labels) {
		panic(fmt.Sprintf("%s has the labels %v, and there are values for %v", m.name, m.labels, labels))
	}
	made := m.seriesOf(value, m.emptyPairs())
	for name, value := range labels {
		*made.Label[m.labelIndex(name)].Value = value
	}
	return made
}

// labelIndex returns the index of a label. It panics if the row does not have the label.
func (m *metric) labelIndex(label string) int {
	i := slices.Index(m.labels, label)
	if i < 0 {
		panic(fmt.Sprintf("%s has no label %s", m.name, label))
	}
	return i
}

// otherLabel returns the first label of the row that is not this one; empty if there is
// none.
func (m *metric) otherLabel(label string) string {
	for _, other := range m.labels {
		if other != label {
			return other
		}
	}
	return ""
}

// emptyPairs returns a pair with an empty value for every label of the row.
func (m *metric) emptyPairs() []*dto.LabelPair {
	pairs, values := make([]*dto.LabelPair, len(m.labels)), make([]string, len(m.labels))
	for i := range m.labels {
		pairs[i] = &dto.LabelPair{Name: &m.labels[i], Value: &values[i]}
	}
	return pairs
}

// seriesOf returns a series of the row with these pairs, which must be in the order of the
// row's labels.
func (m *metric) seriesOf(value float64, pairs []*dto.LabelPair) *dto.Metric {
	if m.kind == dto.MetricType_COUNTER {
		return &dto.Metric{Label: pairs, Counter: &dto.Counter{Value: &value}}
	}
	return &dto.Metric{Label: pairs, Gauge: &dto.Gauge{Value: &value}}
}

// only returns the series of a row without labels, as a list.
func (m *metric) only(value float64) []*dto.Metric { return []*dto.Metric{m.series(value, nil)} }

// boolean returns 1 for true and 0 for false.
func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// seconds returns a time in seconds since 1970, with milliseconds.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
