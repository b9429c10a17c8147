// Package posture keeps the result of each pod, adds the results up per namespace
// and per workload when a [Snapshot] is taken, and counts what happens to pods.
//
// [Store] is the only thing in podscore that keeps results. It is given the present
// state (Replace, Put, Delete) and no differences: what was deleted is in no later
// snapshot. A ledger in it decides which observation is counted, by which replica and
// when.
//
// A version in this package is a resource version. Versions of pods are compared with
// each other, and in namespaces.go with those of namespaces. Kubernetes promises the
// first only; the second holds while both are in one etcd.
//
// The words of the counters:
//
//   - A scope is what one watch is about: a namespace's name, or "" for the whole cluster.
//   - An observation is an event to be counted: a pod appeared, or its verdict changed.
//   - A group is the pods of a namespace with the same workload and the same facts. A
//     policy gives it one judgement.
//   - A turn judges groups anew: all of them after a new configuration or the end of an
//     exemption, those of a namespace after a change of its labels. The verdicts that it changes are one change, which
//     has a position among those of its kind.
//   - A ledger keeps observations and changes until a scrape has read them in a counter.
//   - A release puts observations into the counters, just before a scrape.
//   - A term begins when this replica begins to lead. Its counters begin at 0.
//   - A note, on the Lease, says up to which versions scrapes have read everything. The
//     next leader counts what is later.
package posture
