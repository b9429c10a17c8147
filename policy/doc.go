// Package policy turns the facts of a pod, which are the results of the checks, into
// points, of which the score is made, and a verdict. A [Policy] is one of the
// [Presets] with the exemptions that are in force at a moment. All functions are pure.
package policy
