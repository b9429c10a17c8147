package main

import (
	"errors"
	"net/http"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/posture"
)

// readiness returns the checks behind /readyz: ready once the first full pass
// is scored, while the watches on all resources work and tell something, and
// while the Lease can be kept, where there is an election.
func readiness(store *posture.Store, watches *posture.Watches, leader *controllers.Election, flags *flags) map[string]healthz.Checker {
	checks := map[string]healthz.Checker{
		"first-full-pass": func(*http.Request) error {
			if !store.Synced() {
				return errors.New("the pods and namespaces that are there are not all scored yet")
			}
			return nil
		},
	}
	for _, resource := range flags.resources() {
		checks["watch-"+resource] = func(*http.Request) error { return watches.Err(resource, time.Now(), flags.watchStalledAfter) }
	}
	if leader != nil {
		checks["lease"] = func(*http.Request) error { return leader.Err() }
	}
	return checks
}
