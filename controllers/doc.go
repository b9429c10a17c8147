// Package controllers watches pods and namespaces and tells posture how they
// are. It only reads the cluster.
//
// A reflector lists and watches, and puts what it is told into the store, in the
// order in which it happened. resources.go is the table of what is watched. [Election]
// decides which of several replicas reports and counts.
package controllers
