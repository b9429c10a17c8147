// Package metrics exposes posture's snapshots to Prometheus.
//
// descs.go is the table of all metrics. [Gatherer] makes the series from one snapshot at
// every scrape, so that a deleted namespace or workload has no series any more.
package metrics
