package metrics

import (
	"time"

	dto "github.com/prometheus/client_model/go"
)

// family returns a row's metrics as they are encoded.
func (m *metric) family(metrics []*dto.Metric) *dto.MetricFamily {
	return &dto.MetricFamily{Name: &m.name, Help: &m.help, Type: &m.kind, Metric: metrics}
}

// at returns one metric of the row, under label values in the labels' order.
func (m *metric) at(value float64, labels ...string) *dto.Metric {
	pairs := make([]*dto.LabelPair, len(labels))
	for i := range labels {
		pairs[i] = &dto.LabelPair{Name: &m.labels[i], Value: &labels[i]}
	}
	return m.with(value, pairs)
}

// with is at for label pairs that are made already.
func (m *metric) with(value float64, pairs []*dto.LabelPair) *dto.Metric {
	if m.kind == dto.MetricType_COUNTER {
		return &dto.Metric{Label: pairs, Counter: &dto.Counter{Value: &value}}
	}
	return &dto.Metric{Label: pairs, Gauge: &dto.Gauge{Value: &value}}
}

// one is the metric of a row without labels.
func (m *metric) one(value float64) []*dto.Metric { return []*dto.Metric{m.at(value)} }

func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
