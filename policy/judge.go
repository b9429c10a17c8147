package policy

import "github.com/podscore/podscore/securitycontext"

// Policy is the set of checks that a compliant pod must not fail, and the namespaces
// that are exempt. Guards are always required.
type Policy struct {
	required securitycontext.CheckSet
	exempt   map[string]bool // by namespace
}

// Exempting returns the policy with these exempt namespaces in place of its own.
func (p Policy) Exempting(namespaces ...string) Policy {
	p.exempt = make(map[string]bool, len(namespaces))
	for _, name := range namespaces {
		p.exempt[name] = true
	}
	return p
}

// Judge returns the points and the verdict of a pod in a namespace. A pod in an exempt
// namespace has points too.
func (p Policy) Judge(namespace string, facts *securitycontext.Facts) (Points, Status) {
	status := Noncompliant
	switch {
	case p.exempt[namespace]:
		status = Exempt
	case p.Compliant(facts):
		status = Compliant
	}
	return PointsOf(facts), status
}

// Compliant reports whether no required check fails, whatever the pod's namespace.
func (p Policy) Compliant(facts *securitycontext.Facts) bool { return facts.Failed&p.required == 0 }

// Required returns the checks that a compliant pod must not fail: the required core
// checks and all guards.
func (p Policy) Required() securitycontext.CheckSet { return p.required }

// Status is a pod's verdict.
type Status uint8

// The verdicts. An exempt pod is scored, but is neither compliant nor non-compliant.
const (
	Compliant Status = iota
	Noncompliant
	Exempt

	NumStatuses = 3 // how many there are
)

// String returns the status as a label value, such as "compliant".
func (s Status) String() string {
	return [...]string{"compliant", "noncompliant", "exempt"}[s]
}
