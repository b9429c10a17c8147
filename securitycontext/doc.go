// Package securitycontext scores one pod against the control "Apply Security
// Context to Your Pods and Containers" of the CIS Kubernetes Benchmark.
//
// [FromPod] takes what the rules read out of a pod, and [Score] asks every check
// of the ordered list that [Checks] returns. It gives facts: what they are worth,
// and which verdict follows, the package policy says. Everything here is pure: the
// same pod always gives the same result, without a clock, a cluster or a
// configuration file.
//
// Read checks.go first: it is the list. Each check then stands in a file of
// its own name.
package securitycontext
