// Package metrics exposes posture's snapshots to Prometheus.
//
// descs.go is the table of all metrics. At every scrape [Gatherer] makes all series about
// pods from one snapshot, so that a deleted namespace or workload has no series any more.
package metrics
