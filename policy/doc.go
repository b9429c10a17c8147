// Package policy judges what the checks say of a pod: what its score is made of,
// and which verdict it gets. A [Policy] is one of the [Presets], with the
// namespaces that are exempt. Everything here is pure.
package policy
