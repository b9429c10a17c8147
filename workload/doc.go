// Package workload tells whose a pod is: the workload that somebody edits to
// change it, told from the pod alone. No other resource is read for it.
package workload
