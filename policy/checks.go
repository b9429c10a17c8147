package policy

import "github.com/podscore/podscore/securitycontext"

// checks are all checks, in order. Their weights are the same under every policy, so
// that scores can be compared everywhere.
var checks = securitycontext.Checks()

// CheckInfo describes a check under a policy, for metrics.
type CheckInfo struct {
	// ID is the check's id, such as "run-as-non-root".
	ID string
	// Severity says how much a failure exposes.
	Severity securitycontext.Severity
	// Required is true if a compliant pod must not fail the check.
	Required bool
}

// Checks describes all checks, in the list's order.
func (p Policy) Checks() []CheckInfo {
	described := make([]CheckInfo, len(checks))
	for i := range checks {
		described[i] = CheckInfo{checks[i].ID, checks[i].Severity, p.required.Has(i)}
	}
	return described
}
