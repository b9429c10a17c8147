package securitycontext

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// checkCase is one pod and what one check says of it.
type checkCase struct {
	name string
	// pod is a pod's specification as YAML, or {metadata: …, spec: …}.
	pod string
	// want is "pass", "not applicable", or the findings, as in "missing(app) root(init)".
	want string
}

// testCheck holds one check to its cases, and requires that they show it
// passing and failing with each of its reasons.
func testCheck(t *testing.T, check Check, cases []checkCase) {
	t.Helper()
	index := slices.IndexFunc(checks[:], func(c Check) bool { return c.ID == check.ID })
	if index < 0 {
		t.Fatalf("%s is not in the list of checks: add it to checks.go", check.ID)
	}
	outcomes := []string{"pass"}
	for _, reason := range check.Reasons {
		outcomes = append(outcomes, string(reason)+"(")
	}
	for _, outcome := range outcomes {
		if !slices.ContainsFunc(cases, func(c checkCase) bool { return strings.Contains(c.want, outcome) }) {
			t.Errorf("no case of %s shows %q", check.ID, strings.TrimSuffix(outcome, "("))
		}
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			result := Score(FromPod(parsePod(t, c.pod)))
			if got := describe(result, index); got != c.want {
				t.Errorf("%s says %q of this pod, want %q:\n%s", check.ID, got, c.want, c.pod)
			}
		})
	}
}

// describe renders what a result says of one check, as checkCase.want does.
func describe(result Result, check int) string {
	if result.NotApplicable.Has(check) {
		return "not applicable"
	}
	var words []string
	for _, finding := range slices.Concat(result.Findings, result.Notes) {
		if finding.Check == check {
			words = append(words, string(finding.Reason)+"("+finding.Container+")")
		}
	}
	if !result.Failed.Has(check) {
		words = append([]string{"pass"}, words...)
	}
	return strings.Join(words, " ")
}

// parsePod reads a pod's specification from YAML, or a whole pod where the text
// starts with its metadata or apiVersion. A misspelt field is an error.
func parsePod(t testing.TB, text string) *corev1.Pod {
	t.Helper()
	var pod corev1.Pod
	target := any(&pod.Spec)
	if strings.HasPrefix(text, "{metadata:") || strings.HasPrefix(text, "apiVersion:") {
		target = &pod
	}
	if err := yaml.UnmarshalStrict([]byte(text), target); err != nil {
		t.Fatalf("the test's pod does not parse: %v\n%s", err, text)
	}
	return &pod
}

// ids names the checks of a set, for messages and comparisons.
func ids(set CheckSet) []string {
	var names []string
	for check := range set.All() {
		names = append(names, checks[check].ID)
	}
	return names
}

// setOf is the inverse of ids.
func setOf(names ...string) CheckSet {
	var set CheckSet
	for i := range checks {
		if slices.Contains(names, checks[i].ID) {
			set = set.With(i)
		}
	}
	return set
}
