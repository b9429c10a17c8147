// Package posture keeps how each namespace stands: one result per pod, folded
// per namespace and per workload when asked, and the counters beside them.
//
// [Store] is the only thing in podscore that remembers. It is told what is
// (Put, Delete), never what changed, so nothing in it can drift: what was
// deleted is in no later [Snapshot].
package posture
