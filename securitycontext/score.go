package securitycontext

import "slices"

// Facts are what the checks say of a pod, and all that a policy judges. Nothing of
// them goes by a name, so that pods that are alike share them.
type Facts struct {
	// Finished is true for a pod of which nothing runs; no check was asked.
	Finished bool
	// Failed holds the checks that at least one container fails.
	Failed CheckSet
	// NotApplicable holds the checks that say nothing about this pod.
	NotApplicable CheckSet
}

// Result is the facts of one pod, and where they come from.
type Result struct {
	Facts
	// Findings lists the failures, container by container, in the list's order
	// and within a check in the pod's.
	Findings []Finding
	// Notes lists what passed and is still worth a word.
	Notes []Finding
}

// Finding is one container's failure of one check.
type Finding struct {
	// Check is the check's index.
	Check int
	// Container is the container's name; empty where the pod itself fails.
	Container string
	// Class is the container's class; Regular where the pod itself fails.
	Class Class
	// Reason is one of the check's Reasons.
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

// Passed returns the checks that apply and that no container fails.
func (f *Facts) Passed() CheckSet {
	if f.Finished {
		return 0
	}
	return allChecks &^ f.Failed &^ f.NotApplicable
}

// Score asks every check about the pod. It never fails: what cannot be judged
// is not applicable.
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
		findings, applies = result.ask(i, p, findings)
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

// ask puts one check to the pod, or to each of its containers, adds what
// fails to findings, and tells whether the check applies at all.
func (r *Result) ask(check int, p *Pod, findings []Finding) (_ []Finding, applies bool) {
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
