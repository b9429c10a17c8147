package reports

import (
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/verdicts"
)

// The version and kind of the report that programs read.
const (
	APIVersion = "podscore.io/v1alpha1"
	ReportKind = "ScoreReport"
)

// ScoreReport is the list that programs read. Fields are added to a version, and neither
// changed nor taken away.
type ScoreReport struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	Items      []Item        `json:"items"`
	Summary    ReportSummary `json:"summary"`
}

// Item is the verdict on a pod, or on a template as the pod that it would make.
type Item struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
	// Source is nil for what is read from a cluster.
	Source   *Source  `json:"source,omitempty"`
	Workload Workload `json:"workload"`
	// Score is from 0 to 1; nil if no check applies that earns points.
	Score *float64 `json:"score"`
	// Compliant is true if no required check fails, whatever is exempt.
	Compliant bool   `json:"compliant"`
	Status    string `json:"status"`
	// Out is true if an exemption takes it out of everything: then it is in no mean.
	Out        bool          `json:"out"`
	Exemptions []string      `json:"exemptions"`
	Checks     []CheckResult `json:"checks"`
}

// Source is where an object stands; document and line are counted from 1.
type Source struct {
	File     string `json:"file"`
	Document int    `json:"document"`
	Line     int    `json:"line"`
}

// Workload is what has to be changed to change the pod.
type Workload struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// CheckResult is the result of one check.
type CheckResult struct {
	ID       string    `json:"id"`
	Result   string    `json:"result"` // pass, fail, exempt or not_applicable
	Required bool      `json:"required"`
	Failures []Failure `json:"failures,omitempty"`
}

// Failure is a failure of one check, by one container or, without one, by the pod itself.
type Failure struct {
	Container string `json:"container,omitempty"`
	Class     string `json:"class,omitempty"`
	Reason    string `json:"reason"`
	Exemption string `json:"exemption,omitempty"`
}

// ReportSummary counts the items.
type ReportSummary struct {
	Pods         int `json:"pods"`
	Compliant    int `json:"compliant"`
	Noncompliant int `json:"noncompliant"`
	Exempt       int `json:"exempt"`
	// Score is the mean of the scores of the pods that no exemption takes out.
	Score   *float64 `json:"score"`
	Skipped int      `json:"skipped"`
	Errors  int      `json:"errors"`
}

func itemOf(v *verdicts.Verdict) Item {
	item := Item{
		APIVersion: v.APIVersion, Kind: v.Kind, Namespace: v.Namespace, Name: v.Name,
		Workload: Workload(v.Workload), Compliant: v.Failed&v.Required == 0, Status: v.Status.String(), Out: v.Out,
		Exemptions: append([]string{}, v.Exemptions...), Checks: make([]CheckResult, len(checks)),
	}
	if v.Source.File != "" {
		item.Source = new(Source(v.Source))
	}
	if score, ok := v.Points.Ratio(); ok {
		item.Score = &score
	}
	for i := range checks {
		item.Checks[i] = CheckResult{ID: checks[i].ID, Result: resultOf(v, i), Required: v.Required.Has(i)}
	}
	for i := range v.Failures {
		f := &v.Failures[i]
		failure := Failure{Reason: string(f.Reason), Exemption: f.Exemption}
		if f.Index != securitycontext.OfPod {
			failure.Container, failure.Class = f.Container, f.Class.String()
		}
		result := &item.Checks[f.Check]
		result.Failures = append(result.Failures, failure)
	}
	return item
}

func resultOf(v *verdicts.Verdict, check int) string {
	switch {
	case v.NotApplicable.Has(check):
		return "not_applicable"
	case v.Exempt.Has(check):
		return "exempt"
	case v.Failed.Has(check):
		return "fail"
	}
	return "pass"
}

func (s *Summary) report() ReportSummary {
	r := ReportSummary{
		Pods: s.Pods, Compliant: s.Status[policy.Compliant], Noncompliant: s.Status[policy.Noncompliant], Exempt: s.Status[policy.Exempt],
		Skipped: s.Skipped, Errors: s.Errors,
	}
	if score, ok := s.Score(); ok {
		r.Score = &score
	}
	return r
}
