package main

import (
	"fmt"
	"net/http"
	"strings"
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
			if store.Synced() {
				return nil
			}
			return fmt.Errorf("the pods and namespaces that are there are not all scored yet: waiting for %s", strings.Join(firstPassNeeds(watches, leader), "; "))
		},
	}
	for _, resource := range controllers.Resources(flags.scoring.namespaces) {
		checks["watch-"+resource] = func(*http.Request) error { return watches.Err(resource, time.Now(), flags.timing.watchStalledAfter) }
	}
	if leader != nil {
		checks["lease"] = func(*http.Request) error { return leader.Err() }
	}
	return checks
}

// firstPassNeeds names what the first full pass waits for. Where there is an
// election the Lease is read before it, and what others counted is looked up.
func firstPassNeeds(watches *posture.Watches, leader *controllers.Election) []string {
	needs := watches.Waiting()
	if leader != nil {
		switch err := leader.Err(); {
		case err != nil:
			needs = append(needs, fmt.Sprintf("the Lease: %v", err))
		case len(needs) == 0:
			needs = append(needs, "the Lease to be read, and what was counted before to be looked up")
		}
	}
	if len(needs) == 0 {
		needs = append(needs, "the last of them to be scored")
	}
	return needs
}
