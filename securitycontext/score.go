package securitycontext

import "slices"

// Facts are the results of the checks for a pod, and all that a policy judges. They
// contain no names, so that equal pods can share them.
type Facts struct {
	// Finished is true for a finished pod, for which no check is evaluated.
	Finished bool
	// Failed has the checks that the pod or at least one of its containers fails.
	Failed CheckSet
	// NotApplicable has the checks that do not apply to this pod.
	NotApplicable CheckSet
}

// Result is the facts of one pod, and the findings behind them.
type Result struct {
	Facts
	// Findings lists every failure, in the order of the checks, and within a check in
	// the order of the pod's containers.
	Findings []Finding
	// Notes lists remarks on checks that passed, such as NonCanonicalCase.
	Notes []Finding
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
}

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
	findings := buffer[:0]
	for i := range checks {
		before := len(findings)
		var applies bool
		findings, applies = result.evaluate(i, p, findings)
		switch {
		case !applies:
			result.NotApplicable = result.NotApplicable.With(i)
			findings = findings[:before]
		case len(findings) > before:
			result.Failed = result.Failed.With(i)
		}
	}
	if len(findings) > 0 {
		result.Findings = slices.Clone(findings)
	}
	return result
}

// evaluate evaluates one check for the pod, for each of its containers, or for both, by
// the check's scope. It returns findings with the failures appended, and reports
// whether the check applies.
func (r *Result) evaluate(check int, p *Pod, findings []Finding) (_ []Finding, applies bool) {
	rule := &checks[check]
	if p.Windows && !rule.Windows {
		return findings, false
	}
	before := len(findings)
	ofPod := rule.Scope == ScopePod || rule.Scope == ScopeEach
	if ofPod {
		switch reason := rule.evaluate(p, nil); reason {
		case passed:
		case notApplicable:
			return findings, false
		default:
			findings = append(findings, Finding{Check: check, Reason: reason})
		}
	}
	if rule.Scope == ScopePod {
		return findings, true
	}
	for i := range p.Containers {
		c := &p.Containers[i]
		switch reason := rule.evaluate(p, c); reason {
		case passed:
		case NonCanonicalCase:
			r.Notes = append(r.Notes, Finding{Check: check, Container: c.Name, Class: c.Class, Reason: reason})
		default:
			findings = append(findings, Finding{Check: check, Container: c.Name, Class: c.Class, Reason: reason})
		}
	}
	failed := len(findings) > before
	if failed && rule.UserNamespace && p.UserNamespace {
		return findings, false
	}
	return findings, ofPod || len(p.Containers) > 0
}
