// Package workload tells whose a pod is: the workload that somebody edits to
// change it, told from the pod alone. No other resource is read for it. What names
// may be stands here too: of a workload, its kind and its namespace.
package workload
