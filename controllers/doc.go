// Package controllers watches pods and namespaces and tells posture how they
// are. It only reads the cluster.
//
// A reflector lists and watches, and puts what it is told into the store, in the
// order in which it happened: [PodReflector] and [NamespaceReflector]. [Election]
// decides which of several replicas reports and counts.
package controllers
