package securitycontext

import "slices"

// Facts are the results of the checks for a pod, and all that a policy judges. Pods of
// one template have equal facts, and can share them.
type Facts struct {
	// Finished is true for a finished pod, for which no check is evaluated.
	Finished bool
	// Failed has the checks that the pod or at least one of its containers fails.
	Failed CheckSet
	// NotApplicable has the checks that do not apply to this pod.
	NotApplicable CheckSet
	// OfPod has the checks that the pod itself fails, whatever its containers do, and
	// those that containers fail which are not in Containers.
	OfPod CheckSet
	// Containers lists the containers that fail a check, in the order of the pod's, but
	// no more than 64 of them. So Failed is OfPod and what these fail, together.
	Containers []ContainerFacts
}

// ContainerFacts are the failures of one container.
type ContainerFacts struct {
	// Name is unique in the pod.
	Name string
	// Repository is that of its image, such as "docker.io/library/nginx". See [Repository].
	Repository string
	// Class says in which list of the pod's spec the container is.
	Class Class
	// Failed has the checks that the container fails; at least one.
	Failed CheckSet
}

// Result is the facts of one pod, and the findings behind them.
type Result struct {
	Facts
	// Findings lists every failure, in the order of the checks, and within a check in
	// the order of the pod's containers.
	Findings []Finding
	// Notes lists remarks on checks that passed, such as NonCanonicalCase.
	Notes []Finding
	// Failing lists which of the pod's containers Facts.Containers are, by their index.
	Failing []int
}

// Finding is a failure of one check, by one container or by the pod itself.
type Finding struct {
	// Check is the check's index.
	Check int
	// Container is the container's name; "" if the pod itself fails.
	Container string
	// Class is the container's class; Regular if the pod itself fails.
	Class Class
	// Reason is one of the check's Reasons; in a note, NonCanonicalCase.
	Reason Reason
	// Index is the container's in Pod.Containers; OfPod if the pod itself fails.
	Index int
}

// OfPod stands for the index of a container in a finding of the pod itself.
const OfPod = -1

// String describes the finding, such as "run-as-user: root (ephemeral container debugger)".
func (f Finding) String() string {
	text := checks[f.Check].ID + ": " + string(f.Reason)
	if f.Container == "" {
		return text + " (pod)"
	}
	return text + " (" + f.Class.String() + " container " + f.Container + ")"
}

// Passed returns the checks that apply and do not fail; none for a finished pod.
func (f *Facts) Passed() CheckSet {
	if f.Finished {
		return 0
	}
	return allChecks &^ f.Failed &^ f.NotApplicable
}

// Score evaluates every check for the pod. There is no error: every check
// passes, fails or does not apply.
func Score(p *Pod) Result {
	if p.Finished {
		return Result{Facts: Facts{Finished: true}}
	}
	var result Result
	var buffer [32]Finding
	failures := buffer[:0]
	for i := range checks {
		before := len(failures)
		var applies bool
		failures, applies = result.evaluate(i, p, failures)
		switch {
		case !applies:
			result.NotApplicable = result.NotApplicable.With(i)
			failures = failures[:before]
		case len(failures) > before:
			result.Failed = result.Failed.With(i)
		}
	}
	if len(failures) > 0 {
		result.Findings = slices.Clone(failures)
		result.attribute(p, failures)
	}
	return result
}

// evaluate evaluates one check for the pod, for each of its containers, or for both, by
// the check's scope. It returns failures with those of the check appended, and reports
// whether the check applies.
func (r *Result) evaluate(check int, p *Pod, failures []Finding) (_ []Finding, applies bool) {
	rule := &checks[check]
	if p.Windows && !rule.Windows {
		return failures, false
	}
	before := len(failures)
	forPod := rule.Scope == ScopePod || rule.Scope == ScopeEach
	if forPod {
		switch reason := rule.evaluate(p, nil); reason {
		case passed:
		case notApplicable:
			return failures, false
		default:
			failures = append(failures, Finding{Check: check, Reason: reason, Index: OfPod})
		}
	}
	if rule.Scope == ScopePod {
		return failures, true
	}
	for i := range p.Containers {
		c := &p.Containers[i]
		finding := Finding{Check: check, Container: c.Name, Class: c.Class, Reason: rule.evaluate(p, c), Index: i}
		switch finding.Reason {
		case passed:
		case NonCanonicalCase:
			r.Notes = append(r.Notes, finding)
		default:
			failures = append(failures, finding)
		}
	}
	failed := len(failures) > before
	if failed && rule.UserNamespace && p.UserNamespace {
		return failures, false
	}
	return failures, forPod || len(p.Containers) > 0
}
