package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/podscore/podscore/posture"
)

// newStore returns the store. detection observes the ages of new pods, in seconds, see
// posture.Options.Detected.
func newStore(flags *flags, running *running, detection prometheus.Observer) (*posture.Store, error) {
	by, err := running.policy()
	return posture.New(posture.Options{
		Policy:         by,
		PolicyHash:     running.digest,
		Limits:         running.limits(),
		Namespaces:     flags.scoring.namespaces,
		Elected:        flags.electing.enabled,
		ScrapeInterval: flags.timing.scrapeInterval,
		Detected:       func(age time.Duration) { detection.Observe(age.Seconds()) },
		Now:            time.Now,
	}), err
}
