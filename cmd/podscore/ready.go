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

// readiness returns the checks of /readyz, by name. podscore is ready after the first full
// pass, while the watches on all resources work and are not silent, and, if there is an
// election, while the requests for the Lease succeed.
func readiness(store *posture.Store, watches *posture.Watches, election *controllers.Election, flags *flags) map[string]healthz.Checker {
	checks := map[string]healthz.Checker{
		"first-full-pass": func(*http.Request) error {
			if store.Synced() {
				return nil
			}
			return fmt.Errorf("the pods and namespaces that are there are not all scored yet: waiting for %s", strings.Join(pendingForFirstPass(watches, election), "; "))
		},
	}
	for _, resource := range controllers.Resources(flags.scoring.namespaces) {
		checks["watch-"+resource] = func(*http.Request) error { return watches.Err(resource, time.Now(), flags.timing.watchStalledAfter) }
	}
	if election != nil {
		checks["lease"] = func(*http.Request) error { return election.Err() }
	}
	return checks
}

// pendingForFirstPass describes what the first full pass waits for. If there is an election,
// that includes reading the Lease, and replaying the events that no replica has counted.
func pendingForFirstPass(watches *posture.Watches, election *controllers.Election) []string {
	pending := watches.Waiting()
	if election != nil {
		switch err := election.Err(); {
		case err != nil:
			pending = append(pending, fmt.Sprintf("the Lease: %v", err))
		case len(pending) == 0:
			pending = append(pending, "the Lease to be read, and what was counted before to be looked up")
		}
	}
	if len(pending) == 0 {
		pending = append(pending, "the last of them to be scored")
	}
	return pending
}
