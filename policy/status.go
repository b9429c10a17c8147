package policy

// Status is a pod's verdict.
type Status uint8

// The verdicts. An exempt pod fails required checks, of which all failures are
// excused, or an exemption takes it out.
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
