package policy

import "github.com/podscore/podscore/securitycontext"

// Policy says which core checks a pod must pass to be compliant, and of which
// namespaces the pods get no verdict. Guards are always required.
type Policy struct {
	required securitycontext.CheckSet
	exempt   map[string]bool // by namespace
}

// Exempting returns the policy with other exempt namespaces.
func (p Policy) Exempting(namespaces ...string) Policy {
	p.exempt = make(map[string]bool, len(namespaces))
	for _, name := range namespaces {
		p.exempt[name] = true
	}
	return p
}

// Judge returns what a pod of a namespace has of points, and its verdict.
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

// Compliant reports whether no required check fails.
func (p Policy) Compliant(facts *securitycontext.Facts) bool { return facts.Failed&p.required == 0 }

// Required returns the checks that a compliant pod does not fail: the policy's
// core checks and all guards.
func (p Policy) Required() securitycontext.CheckSet { return p.required }

// Status is a pod's verdict.
type Status uint8

// The verdicts. An exempt pod is scored and gets neither of the other two.
const (
	Compliant Status = iota
	Noncompliant
	Exempt

	NumStatuses = 3
)

// String returns the status as it stands in labels, such as "compliant".
func (s Status) String() string {
	return [...]string{"compliant", "noncompliant", "exempt"}[s]
}
