package main

import (
	"errors"
	"fmt"
	"slices"
)

// rightlyEmpty are panels that may show nothing, and why; of those with a query,
// that one alone.
var rightlyEmpty = []struct{ uid, title, query, why string }{
	{"podscore-trends", "Compliant pods, change in 365 days", "", "the history is shorter"},
	{"podscore-trends", "Score, change in 365 days", "", "the history is shorter"},
	{"podscore-self", "Alerts firing", "", "alerts are pending for longer than this takes"},
	{"podscore-self", "Memory", "C", "there is a limit only where a container has one"},
}

// mayBeEmpty says whether a query may have no result. Asked without a query, it
// says so of the whole panel.
func mayBeEmpty(uid, title, query string) bool {
	for _, empty := range rightlyEmpty {
		if empty.uid == uid && empty.title == title && slices.Contains([]string{"", query}, empty.query) {
			return true
		}
	}
	return false
}

// emptyPanelsExist requires that the list above speaks of panels that there are.
func emptyPanelsExist(uid string, b board) error {
	var errs []error
	for _, empty := range rightlyEmpty {
		if empty.uid == uid && !slices.ContainsFunc(b.Panels, func(p panel) bool { return p.Title == empty.title }) {
			errs = append(errs, fmt.Errorf("%s has no panel %q: correct the list in test/dashboards/empty.go", uid, empty.title))
		}
	}
	return errors.Join(errs...)
}
