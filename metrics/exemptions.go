package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/posture"
)

// excusedFamilies returns the families of what exemptions excuse, which only the replica
// that reports exposes.
func excusedFamilies(snapshot *posture.Snapshot) []*dto.MetricFamily {
	var pods, failures []*dto.Metric
	for i, exemption := range snapshot.Exemptions {
		failures = append(failures, exemptionFailures.series(float64(snapshot.ExcusedFailures[i]), prometheus.Labels{"exemption": exemption.Name}))
	}
	for _, e := range snapshot.ExemptionPods {
		pods = append(pods, exemptionPods.series(float64(e.Pods), prometheus.Labels{"exemption": snapshot.Exemptions[e.Exemption].Name, "namespace": e.Namespace}))
	}
	return []*dto.MetricFamily{
		exemptionPods.family(pods),
		exemptionFailures.family(failures),
		exemptionSeriesDropped.family(exemptionSeriesDropped.only(float64(snapshot.ExemptionPodsDropped))),
	}
}

// exemptionFamilies returns the families of who exempts and until when, which every
// replica exposes.
func exemptionFamilies(snapshot *posture.Snapshot) []*dto.MetricFamily {
	var info, expiry []*dto.Metric
	for _, exemption := range snapshot.Exemptions {
		info = append(info, exemptionInfo.series(1, prometheus.Labels{"exemption": exemption.Name, "owner": exemption.Owner}))
		if !exemption.Ends.IsZero() {
			expiry = append(expiry, exemptionExpiry.series(seconds(exemption.Ends), prometheus.Labels{"exemption": exemption.Name}))
		}
	}
	return []*dto.MetricFamily{exemptionInfo.family(info), exemptionExpiry.family(expiry)}
}
