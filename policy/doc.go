// Package policy turns the facts of a pod, which are the results of the checks, into
// points, of which the score is made, and a verdict. A [Policy] is one of the
// [Presets] with a set of exempt namespaces. All functions are pure.
package policy
