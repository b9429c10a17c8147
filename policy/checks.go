package policy

import "github.com/podscore/podscore/securitycontext"

// checks is the list. What each is worth is the same under every policy, so that
// a score means the same everywhere.
var checks = securitycontext.Checks()

// CheckInfo describes a check to those who tell of verdicts.
type CheckInfo struct {
	// ID is the check's name.
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
