package verdicts

import (
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/workload"
)

// Verdict is what a policy makes of an object: of a pod, or of a template as the pod that
// it would make.
type Verdict struct {
	// APIVersion, Kind, Namespace and Name are the object's.
	APIVersion, Kind, Namespace, Name string
	// Source is where the object stands.
	Source manifests.Source
	// Created is when the object was created; zero if it is not known.
	Created time.Time
	// Pods is for how many pods of the workload the verdict stands; 0 for one object alone.
	// With them Kind and Name are the workload's, and Newest is the name of the pod that was
	// created last.
	Pods   int
	Newest string
	// Workload is what has to be changed to change the pod.
	Workload workload.Workload

	// Points, Status and Out are the judgement's.
	Points policy.Points
	Status policy.Status
	Out    bool
	// Failed, NotApplicable and Exempt are checks. Failed has all that the pod fails; those
	// of which all failures are excused are in Exempt too.
	Failed, NotApplicable, Exempt securitycontext.CheckSet
	// Required are the checks that the pod may not fail.
	Required securitycontext.CheckSet
	// Exemptions are the names of those that excuse something, in order.
	Exemptions []string
	// Failures are in the order of the checks, and within a check of the containers.
	Failures []Failure
}

// Failure is a failure of one check, by one container or by the pod itself.
type Failure struct {
	securitycontext.Finding
	// Exemption is the name of the first that excuses it; "" if it counts.
	Exemption string
	// Region is where the field stands that is wrong.
	Region manifests.Region
}

// Noncompliant returns the checks that are required and fail, and are not excused.
func (v *Verdict) Noncompliant() securitycontext.CheckSet {
	if v.Out {
		return 0
	}
	return v.Failed & v.Required &^ v.Exempt
}

// Counting returns the failures that are not excused, the required ones first.
func (v *Verdict) Counting() (counting []Failure) {
	for _, required := range []bool{true, false} {
		for i := range v.Failures {
			if f := &v.Failures[i]; f.Exemption == "" && v.Required.Has(f.Check) == required {
				counting = append(counting, *f)
			}
		}
	}
	return counting
}
