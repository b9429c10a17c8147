package verdicts

import (
	"slices"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/workload"
)

// Judge judges objects by a policy. It is not safe for concurrent use.
type Judge struct {
	policy policy.Policy
	local  map[string]policy.Local // by namespace
}

// NewJudge returns a judge by a policy. Exemptions that select namespaces by their labels
// hold in those alone of which [Judge.Knows] was told: files do not show these.
func NewJudge(by policy.Policy) *Judge {
	return &Judge{policy: by, local: map[string]policy.Local{}}
}

// Knows tells the judge the labels of a namespace.
func (j *Judge) Knows(namespace string, labels map[string]string) {
	j.local[namespace] = j.policy.In(policy.Namespace{Name: namespace, Labels: labels, LabelsKnown: true})
}

// Object judges an object of a manifest. It returns false for a finished pod, which is not
// scored.
func (j *Judge) Object(o *manifests.Object) (v Verdict, scored bool) {
	pod := securitycontext.FromPod(o.Pod)
	result := securitycontext.Score(pod)
	if result.Finished {
		return v, false
	}
	v = j.verdict(o.Namespace, workload.Of(o.Pod), &result)
	v.APIVersion, v.Kind, v.Namespace, v.Name, v.Source = o.APIVersion, o.Kind, o.Namespace, o.Name, o.Source
	v.Created = o.Pod.CreationTimestamp.Time
	for i := range v.Failures {
		f := &v.Failures[i]
		f.Region = o.Locate(pod.Path(f.Finding))
		if i > 0 && f.Region.Text == v.Failures[i-1].Region.Text {
			f.Region.Text = v.Failures[i-1].Region.Text // kept once
		}
	}
	return v, true
}

func (j *Judge) verdict(namespace string, w workload.Workload, result *securitycontext.Result) Verdict {
	local := j.in(namespace)
	judgement := local.Judge(w, &result.Facts)
	v := Verdict{
		Workload: w, Points: judgement.Points, Status: judgement.Status, Out: judgement.Out,
		Failed: result.Failed, NotApplicable: result.NotApplicable, Exempt: judgement.Exempt, Required: j.policy.Required(),
	}
	for _, excuse := range judgement.Excuses {
		v.Exemptions = append(v.Exemptions, j.policy.Exemptions()[excuse.Exemption].Name)
	}
	v.Failures = make([]Failure, 0, len(result.Findings))
	for _, finding := range result.Findings {
		f := Failure{Finding: finding}
		if e := local.Excusing(&judgement, containerOf(result, finding.Index), finding.Check); e != nil {
			f.Exemption = e.Name
		}
		v.Failures = append(v.Failures, f)
	}
	return v
}

func (j *Judge) in(namespace string) policy.Local {
	local, known := j.local[namespace]
	if !known {
		local = j.policy.In(policy.Namespace{Name: namespace})
		j.local[namespace] = local
	}
	return local
}

// containerOf returns the facts of a container, by its index in the pod; nil for the pod
// itself, and for a container beyond those that are told apart from it.
func containerOf(result *securitycontext.Result, index int) *securitycontext.ContainerFacts {
	if i := slices.Index(result.Failing, index); i >= 0 {
		return &result.Containers[i]
	}
	return nil
}
