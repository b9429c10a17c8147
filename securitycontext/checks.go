package securitycontext

import (
	"iter"
	"math/bits"
	"slices"
)

// checks are all checks, in the order of the documentation and of the metrics: first
// the core checks, which earn points when they pass, then the guards, which cost
// points when they fail.
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

// Checks returns all checks, in order. The caller may change the slice, but not the
// Reasons in it.
func Checks() []Check {
	return slices.Clone(checks[:])
}

// Check is one rule: its id, its weight, and a pure function.
type Check struct {
	// ID is the check's name in metrics and in presets, such as "run-as-non-root".
	ID string
	// Severity says how much a failure exposes.
	Severity Severity
	// Weight is the points that a core check earns when it passes, or that a guard
	// costs when it fails.
	Weight int
	// Guard is true for a check that earns nothing when it passes: a pod without any
	// security context passes all guards, and its score has to be 0.
	Guard bool
	// Scope says at which level the check reads values.
	Scope Scope
	// Field is the field of a security context that has to change for the check to pass,
	// such as "capabilities.drop"; "" for the whole context. See [Pod.Path].
	Field string
	// Passes says, in Markdown, what must hold for the check to pass.
	Passes string
	// Reasons lists every reason with which the check can fail. All callers of Checks
	// share it: do not write to it.
	Reasons []Reason
	// Windows is true if the check applies to Windows pods, where the API forbids most fields.
	Windows bool
	// UserNamespace is true if the check does not apply when it fails in a pod with a
	// user namespace of its own. It has no effect with ScopePod, and is not allowed there.
	UserNamespace bool

	// evaluate judges one container; or the pod itself if c is nil, which it is with
	// ScopePod, and in the first call with ScopeEach. It returns passed or one of
	// Reasons; for a container also NonCanonicalCase, for the pod itself also notApplicable.
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

// Scope says at which level a check reads values.
type Scope string

// The scopes of checks.
const (
	// ScopeEffective reads the container's value, or the pod's if the container has none.
	ScopeEffective Scope = "effective"
	// ScopeContainer reads the container's own value only.
	ScopeContainer Scope = "container"
	// ScopePod reads the pod's value only, once for the whole pod.
	ScopePod Scope = "pod"
	// ScopeEach reads the pod's value and every container's, each by itself.
	ScopeEach Scope = "each"
)

// Reason says in a word or two why a check failed. All reasons are constants: they
// contain nothing of a pod.
type Reason string

// The reasons, shared by the checks that list them.
const (
	Missing       Reason = "missing"        // the field is not set
	Empty         Reason = "empty"          // the security context is absent or sets nothing
	ExplicitFalse Reason = "explicit-false" // a field that has to be true is false
	ExplicitTrue  Reason = "explicit-true"  // a field that has to be false is true
	Partial       Reason = "partial"        // capabilities are dropped, but not ALL
	Privileged    Reason = "privileged"     // the container is privileged
	SysAdmin      Reason = "sys-admin"      // the container adds CAP_SYS_ADMIN
	Unconfined    Reason = "unconfined"     // the profile is neither RuntimeDefault nor Localhost
	Root          Reason = "root"           // the user is 0
	RootGroup     Reason = "root-group"     // a group is 0
	HostProcess   Reason = "host-process"   // a Windows container runs in the host's namespaces
	Added         Reason = "added"          // a capability other than NET_BIND_SERVICE is added
	Unmasked      Reason = "unmasked"       // procMount is not Default
	CustomType    Reason = "custom-type"    // the SELinux type is none of those for containers
	CustomUser    Reason = "custom-user"    // an SELinux user is set
	CustomRole    Reason = "custom-role"    // an SELinux role is set
	Unsafe        Reason = "unsafe"         // a sysctl is none of the safe ones

	// NonCanonicalCase is a note, not a failure: `drop: [all]` works, but stricter
	// tools require ALL in upper case.
	NonCanonicalCase Reason = "non-canonical-case"

	passed        Reason = ""
	notApplicable Reason = "not-applicable"
)

// CheckSet is a set of checks, by their index.
type CheckSet uint32

// With returns the set with the check added.
func (s CheckSet) With(check int) CheckSet { return s | 1<<check }

// Has reports whether the check is in the set.
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
