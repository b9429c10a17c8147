package metrics

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/posture"
)

// exemptionSeries has the series of exemptions, which the next scrape uses again.
type exemptionSeries struct{ pods, failures, info, expiry []*dto.Metric }

// addExcused appends the families of what exemptions excuse, which only the replica that
// reports exposes, and returns families. The series point into the snapshot.
func (e *exposition) addExcused(families []*dto.MetricFamily, snapshot *posture.Snapshot) []*dto.MetricFamily {
	of := &e.exemptions
	of.pods = resize(of.pods, len(snapshot.ExemptionPods), exemptionPods)
	exemption, namespace := exemptionPods.labelIndex("exemption"), exemptionPods.labelIndex("namespace")
	for i := range snapshot.ExemptionPods {
		excused, m := &snapshot.ExemptionPods[i], of.pods[i]
		*m.Gauge.Value = float64(excused.Pods)
		m.Label[exemption].Value = &snapshot.Exemptions[excused.Exemption].Name
		m.Label[namespace].Value = &excused.Namespace
	}
	of.failures = resize(of.failures, len(snapshot.Exemptions), exemptionFailures)
	exemption = exemptionFailures.labelIndex("exemption")
	for i, m := range of.failures {
		*m.Gauge.Value = float64(snapshot.ExcusedFailures[i])
		m.Label[exemption].Value = &snapshot.Exemptions[i].Name
	}
	return append(families,
		exemptionPods.family(of.pods),
		exemptionFailures.family(of.failures),
		exemptionSeriesDropped.family(exemptionSeriesDropped.only(float64(snapshot.ExemptionPodsDropped))),
	)
}

// addExemptions appends the families of who exempts and until when, which every replica
// exposes, and returns families. The series point into the snapshot.
func (e *exposition) addExemptions(families []*dto.MetricFamily, snapshot *posture.Snapshot) []*dto.MetricFamily {
	of, ending := &e.exemptions, 0
	of.info = resize(of.info, len(snapshot.Exemptions), exemptionInfo)
	name, owner := exemptionInfo.labelIndex("exemption"), exemptionInfo.labelIndex("owner")
	for i, m := range of.info {
		exemption := &snapshot.Exemptions[i]
		*m.Gauge.Value = 1
		m.Label[name].Value, m.Label[owner].Value = &exemption.Name, &exemption.Owner
		if !exemption.Ends.IsZero() {
			ending++
		}
	}
	of.expiry = resize(of.expiry, ending, exemptionExpiry)
	name, ending = exemptionExpiry.labelIndex("exemption"), 0
	for i := range snapshot.Exemptions {
		if exemption := &snapshot.Exemptions[i]; !exemption.Ends.IsZero() {
			m := of.expiry[ending]
			*m.Gauge.Value = seconds(exemption.Ends)
			m.Label[name].Value = &exemption.Name
			ending++
		}
	}
	return append(families, exemptionInfo.family(of.info), exemptionExpiry.family(of.expiry))
}
