// Package workload finds the workload that a pod belongs to: the object that a user
// edits to change the pod. It reads the pod alone and no other resource. It also
// bounds the names of workloads, kinds and namespaces, which become labels.
package workload
