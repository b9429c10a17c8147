package main

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"
)

// timing has the flags for how long Prometheus and the API server may take.
type timing struct {
	scrapeInterval    time.Duration
	watchStalledAfter time.Duration
}

// AddFlags implements group.
func (t *timing) AddFlags(set *pflag.FlagSet) {
	set.DurationVar(&t.scrapeInterval, "scrape-interval", time.Minute, "`duration` between two scrapes of the slowest Prometheus; a new counter stays at 0 for that long after it was first read, because Prometheus finds no increase in a first value")
	set.DurationVar(&t.watchStalledAfter, "watch-stalled-after", 3*time.Minute, "`duration` for which a watch may be silent before it is started again and /readyz fails; use at least 90s, because the API server sends something once a minute. A streamed list without progress for a third of it, or without an end after twice of it, is read in pages instead")
}

// Validate implements group.
func (t *timing) Validate() error {
	switch {
	case t.scrapeInterval < time.Second || t.scrapeInterval > time.Hour:
		return fmt.Errorf("--scrape-interval: %s is not between 1s and 1h", t.scrapeInterval)
	case t.watchStalledAfter < time.Second:
		return fmt.Errorf("--watch-stalled-after: %s is less than 1s", t.watchStalledAfter)
	}
	return nil
}
