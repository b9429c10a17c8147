// Package posture keeps the result of each pod, adds the results up per namespace
// and per workload when a [Snapshot] is taken, and counts what happens to pods.
//
// [Store] is the only thing in podscore that keeps results. It is given the present
// state (Replace, Put, Delete) and no differences, so that nothing in it can drift:
// what was deleted is in no later snapshot. A ledger in it decides which observation
// is counted, by which replica and when.
//
// A version in this package is a resource version. Those of pods are compared with those of
// namespaces too, which holds while both are in one etcd. A scope is what one
// watch is about: a namespace's name, or "" for the whole cluster.
package posture
