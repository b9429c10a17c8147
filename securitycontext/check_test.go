package securitycontext

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// checkCase is one pod and the expected result of one check.
type checkCase struct {
	name string
	// pod is a pod's spec in YAML, or a whole pod: {metadata: …, spec: …}.
	pod string
	// want is "pass", "not applicable", or the findings, as in "missing(app) root(init)".
	want string
}

// testCheck tests one check with the cases. They must have a pod that passes, and for
// each of the check's reasons one that fails for it.
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

// describe returns what a result says of one check, in the form of checkCase.want.
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

// parsePod parses a pod's spec in YAML, or a whole pod if the text starts with its
// metadata or apiVersion. An unknown field is an error.
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

// ids returns the ids of the checks in a set.
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
