// Package securitycontext scores one pod against the control "Apply Security
// Context to Your Pods and Containers" of the CIS Kubernetes Benchmark.
//
// [Score] evaluates all checks that [Checks] returns for a [Pod]. In the controller package
// sparse makes a Pod from the API server's bytes. In the terminal [FromPod] makes the same
// from a corev1.Pod, and tests compare the two: a new field of Pod is set in both. The
// result has facts: which checks fail and which do not apply. The package policy turns them
// into points and a verdict. [Pod.Path] says which field a failure is about. All functions
// are pure: the result depends on the pod alone, and not on a clock, a cluster or a
// configuration.
//
// Read checks.go first, which has the list. Each check is in a file of its name.
package securitycontext
