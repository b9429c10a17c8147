package metrics

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// family returns a row's metrics as they are encoded.
func (m *metric) family(metrics []*dto.Metric) *dto.MetricFamily {
	return &dto.MetricFamily{Name: &m.name, Help: &m.help, Type: &m.kind, Metric: metrics}
}

// at returns one metric of the row, under a value for every label that it has.
func (m *metric) at(value float64, labels prometheus.Labels) *dto.Metric {
	if len(labels) != len(m.labels) {
		panic(fmt.Sprintf("%s has the labels %v, and there are values for %v", m.name, m.labels, labels))
	}
	made := m.with(value, m.empty())
	for name, value := range labels {
		*made.Label[m.index(name)].Value = value
	}
	return made
}

// index returns the place of a label, which the row must have.
func (m *metric) index(label string) int {
	i := slices.Index(m.labels, label)
	if i < 0 {
		panic(fmt.Sprintf("%s has no label %s", m.name, label))
	}
	return i
}

// beside returns the row's label that is not this one; empty where there is none.
func (m *metric) beside(label string) string {
	for _, other := range m.labels {
		if other != label {
			return other
		}
	}
	return ""
}

// empty returns a pair for every label of the row, without a value.
func (m *metric) empty() []*dto.LabelPair {
	pairs, values := make([]*dto.LabelPair, len(m.labels)), make([]string, len(m.labels))
	for i := range m.labels {
		pairs[i] = &dto.LabelPair{Name: &m.labels[i], Value: &values[i]}
	}
	return pairs
}

// with returns one metric of the row that has these pairs, in the labels' order.
func (m *metric) with(value float64, pairs []*dto.LabelPair) *dto.Metric {
	if m.kind == dto.MetricType_COUNTER {
		return &dto.Metric{Label: pairs, Counter: &dto.Counter{Value: &value}}
	}
	return &dto.Metric{Label: pairs, Gauge: &dto.Gauge{Value: &value}}
}

// one is the metric of a row without labels.
func (m *metric) one(value float64) []*dto.Metric { return []*dto.Metric{m.at(value, nil)} }

func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
