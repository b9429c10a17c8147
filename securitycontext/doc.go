// Package securitycontext scores one pod against the control "Apply Security
// Context to Your Pods and Containers" of the CIS Kubernetes Benchmark.
//
// [FromPod] reads from a pod what the checks need, and [Score] evaluates all checks
// that [Checks] returns. The result has facts: which checks fail and which do not
// apply. The package policy turns them into points and a verdict. All functions are
// pure: the result depends on the pod alone, and not on a clock, a cluster or a
// configuration.
//
// Read checks.go first, which has the list. Each check is in a file of its name.
package securitycontext
