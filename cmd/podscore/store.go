package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/podscore/podscore/posture"
)

// storeOptions returns the options of the store. detection observes the ages of new pods, in
// seconds, see posture.Options.Detected.
func (f *flags) storeOptions(detection prometheus.Observer) posture.Options {
	return posture.Options{
		Policy:              f.scoring.policy.Exempting(f.scoring.exemptNamespaces...),
		WorkloadSeriesLimit: f.scoring.workloadSeriesLimit,
		Namespaces:          f.scoring.namespaces,
		Elected:             f.electing.enabled,
		ScrapeInterval:      f.timing.scrapeInterval,
		Detected:            func(age time.Duration) { detection.Observe(age.Seconds()) },
		Now:                 time.Now,
	}
}
