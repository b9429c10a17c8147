// Package cluster reads pods from an API server, and the templates of workloads, as package
// manifests reads them from files. It lists and gets, and asks for no other right.
package cluster
