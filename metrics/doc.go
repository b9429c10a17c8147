// Package metrics exposes what posture keeps, to Prometheus.
//
// descs.go names every metric; it reads as a table. [Gatherer] turns one
// snapshot into metrics at every scrape, so that the series of what is gone
// are gone too.
package metrics
