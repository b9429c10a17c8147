// Package posture keeps how each namespace stands: what is known of each pod, folded
// per namespace and per workload when asked, and the counters beside them.
//
// [Store] is the only thing in podscore that keeps results. It is told what is
// (Replace, Put, Delete), so that nothing in it can drift: what was deleted is in
// no later [Snapshot]. What is counted, by which replica and when, is decided by a
// ledger beside it.
package posture
