package securitycontext

import (
	"iter"
	"math/bits"
	"slices"
)

// checks is the list, in the order of the documentation and of the metrics:
// first the core checks, which earn the score, then the guards, which earn
// nothing and cost when violated.
var checks = [...]Check{
	runAsNonRoot,
	capabilitiesDropAll,
	allowPrivilegeEscalation,
	seccompProfile,
	readOnlyRootFilesystem,
	runAsUser,
	runAsGroup,
	podSecurityContext,
	containerSecurityContext,
	fsGroup,

	privileged,
	windowsHostProcess,
	runAsUserZero,
	capabilitiesAdd,
	procMount,
	appArmorProfile,
	seLinuxOptions,
	sysctls,
}

// NumChecks is how many checks there are. A check's place in the list, from 0
// to NumChecks-1, is its index everywhere.
const NumChecks = len(checks)

// Checks returns the list of all checks, in order. The slice is the caller's.
func Checks() []Check {
	return slices.Clone(checks[:])
}

// Check is one rule: its name, what it is worth, and one pure function.
type Check struct {
	// ID is the check's name in metrics, reports and configuration, such as "run-as-non-root".
	ID string
	// Severity says how much a failure exposes.
	Severity Severity
	// Weight is what the check is worth: points to earn, or for a guard to lose.
	Weight int
	// Guard is true for a check that earns nothing and costs when violated. A
	// pod without any security context violates no guard, and must score 0.
	Guard bool
	// Scope tells where the value that decides is read.
	Scope Scope
	// Passes says, in Markdown, what must hold for the check to pass.
	Passes string
	// Reasons lists every reason with which the check can fail.
	Reasons []Reason
	// Windows is true if the check applies to Windows pods, where the API forbids most fields.
	Windows bool
	// UserNamespace is true if the check's failure does not count in a pod
	// with a user namespace of its own.
	UserNamespace bool

	// evaluate judges one container, or the pod alone, and then c is nil: with
	// the scope Pod nothing else, with the scope Each before the containers. It
	// returns passed, notApplicable, NonCanonicalCase or one of Reasons.
	evaluate func(p *Pod, c *Container) Reason
}

// Severity says how much a failure exposes.
type Severity string

// The severities, from the least to the most severe.
const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// Rank orders severities: 0 for low up to 3 for critical.
func (s Severity) Rank() int {
	return slices.Index([]Severity{Low, Medium, High, Critical}, s)
}

// Scope tells where the value that decides a check is read.
type Scope string

// The scopes of checks.
const (
	// ScopeEffective reads the container's value, and the pod's where the container has none.
	ScopeEffective Scope = "effective"
	// ScopeContainer reads the container's own value only.
	ScopeContainer Scope = "container"
	// ScopePod reads the pod's value only, once for the whole pod.
	ScopePod Scope = "pod"
	// ScopeEach reads the pod's value and every container's, each by itself.
	ScopeEach Scope = "each"
)

// Reason says in a word or two why a check failed. The set is closed: reasons
// never carry anything of a pod.
type Reason string

// The reasons, shared by the checks that list them.
const (
	Missing       Reason = "missing"
	Empty         Reason = "empty"
	ExplicitFalse Reason = "explicit-false"
	ExplicitTrue  Reason = "explicit-true"
	Partial       Reason = "partial"
	Privileged    Reason = "privileged"
	SysAdmin      Reason = "sys-admin"
	Unconfined    Reason = "unconfined"
	Root          Reason = "root"
	RootGroup     Reason = "root-group"
	HostProcess   Reason = "host-process"
	Added         Reason = "added"
	Unmasked      Reason = "unmasked"
	CustomType    Reason = "custom-type"
	CustomUser    Reason = "custom-user"
	CustomRole    Reason = "custom-role"
	Unsafe        Reason = "unsafe"

	// NonCanonicalCase is a note, not a failure: `drop: [all]` works, and
	// stricter tools want it in capitals.
	NonCanonicalCase Reason = "non-canonical-case"

	passed        Reason = ""
	notApplicable Reason = "not-applicable"
)

// CheckSet is a set of checks, by their index.
type CheckSet uint32

// With returns the set and the check.
func (s CheckSet) With(check int) CheckSet { return s | 1<<check }

// Has tells whether the check is in the set.
func (s CheckSet) Has(check int) bool { return s&(1<<check) != 0 }

// All yields the checks of the set in the list's order.
func (s CheckSet) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for rest := s; rest != 0; rest &= rest - 1 {
			if !yield(bits.TrailingZeros32(uint32(rest))) {
				return
			}
		}
	}
}

// allChecks holds every check.
const allChecks CheckSet = 1<<NumChecks - 1
