// Package controllers watches pods and namespaces and keeps posture's store up to
// date with them. It only reads the cluster, apart from its Lease.
//
// A reflector lists and watches a resource, and puts the objects and events into the
// store in the order in which they happened. resources.go is the table of watched
// resources. [Election] decides which of several replicas reports and counts.
package controllers
