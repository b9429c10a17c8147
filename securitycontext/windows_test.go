package securitycontext

import (
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

func TestRunsOnWindows(t *testing.T) {
	affinity := func(terms string) string {
		return `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ` + terms + `}}}`
	}
	const (
		windows    = `{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}`
		notLinux   = `{matchExpressions: [{key: kubernetes.io/os, operator: NotIn, values: [linux]}]}`
		older      = `{matchExpressions: [{key: zone, operator: Exists}, {key: beta.kubernetes.io/os, operator: In, values: [windows]}]}`
		either     = `{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows, linux]}]}`
		named      = `{matchFields: [{key: metadata.name, operator: In, values: [a]}]}`
		namedToo   = `{matchFields: [{key: metadata.name, operator: In, values: [a]}], matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}`
		exists     = `{matchExpressions: [{key: kubernetes.io/os, operator: Exists}]}`
		doesNot    = `{matchExpressions: [{key: kubernetes.io/os, operator: DoesNotExist}]}`
		impossible = `{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}, {key: kubernetes.io/os, operator: NotIn, values: [windows]}]}`
	)
	for _, c := range []struct {
		name, spec string
		want       bool
	}{
		{"nothing said", `{}`, false},
		{"os", `{os: {name: windows}}`, true},
		{"os goes before everything", `{os: {name: linux}, nodeSelector: {kubernetes.io/os: windows}, ` + affinity("["+windows+"]") + `}`, false},
		{"node selector", `{nodeSelector: {kubernetes.io/os: windows}}`, true},
		{"node selector, the older label", `{nodeSelector: {beta.kubernetes.io/os: windows, zone: a}}`, true},
		{"both labels", `{nodeSelector: {beta.kubernetes.io/os: windows, kubernetes.io/os: windows}}`, true},
		{"labels at odds: no node", `{nodeSelector: {beta.kubernetes.io/os: windows, kubernetes.io/os: linux}}`, false},
		{"an empty value: no node", `{nodeSelector: {beta.kubernetes.io/os: windows, kubernetes.io/os: ""}}`, false},
		{"another letter case", `{nodeSelector: {kubernetes.io/os: Windows}}`, false},
		{"a label of one's own", `{nodeSelector: {example.com/os: windows}}`, false},
		{"Linux", `{nodeSelector: {kubernetes.io/os: linux}}`, false},
		{"affinity In", `{` + affinity("["+windows+"]") + `}`, true},
		{"affinity In, the older label beside another demand", `{` + affinity("["+older+"]") + `}`, true},
		{"affinity NotIn", `{` + affinity("["+notLinux+"]") + `}`, true},
		{"every term", `{` + affinity("["+windows+","+notLinux+","+older+"]") + `}`, true},
		{"one term does not", `{` + affinity("["+windows+","+named+"]") + `}`, false},
		{"one term names both", `{` + affinity("["+either+"]") + `}`, false},
		{"a node by its name", `{` + affinity("["+named+"]") + `}`, false},
		{"a node by its name and its system", `{` + affinity("["+namedToo+"]") + `}`, true},
		{"Exists says nothing", `{` + affinity("["+exists+"]") + `}`, false},
		{"DoesNotExist: no node", `{` + affinity("["+doesNot+"]") + `}`, false},
		{"a term that admits no node adds none", `{` + affinity("["+windows+","+impossible+", {}]") + `}`, true},
		{"terms that admit no node alone", `{` + affinity("["+impossible+", {}]") + `}`, false},
		{"either by affinity, Windows by the node selector", `{nodeSelector: {kubernetes.io/os: windows}, ` + affinity("["+either+"]") + `}`, true},
		{"a name by affinity, Windows by the node selector", `{nodeSelector: {kubernetes.io/os: windows}, ` + affinity("["+named+"]") + `}`, true},
		{"affinity and the node selector at odds: no node", `{nodeSelector: {kubernetes.io/os: linux}, ` + affinity("["+windows+"]") + `}`, false},
		{"preferred is not required", `{affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: ` + windows + `}]}}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := FromPod(parsePod(t, c.spec)).Windows; got != c.want {
				t.Errorf("runs on Windows: %t, want %t\n%s", got, c.want, c.spec)
			}
		})
	}
}

// TestRunsWhereTheSchedulerSays compares runsOnWindows with the scheduler's library: a
// pod runs on Windows if and only if it fits a Windows node and no Linux node.
func TestRunsWhereTheSchedulerSays(t *testing.T) {
	skipIfShort(t)
	var onWindows, elsewhere int
	for seed := range uint64(5000) {
		r := rand.New(rand.NewPCG(seed, 0))
		pod := &corev1.Pod{Spec: randomDemands(r)}
		fits := map[string]bool{}
		for _, system := range []string{"linux", "windows"} {
			for _, zone := range []string{"a", "b"} {
				node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node-" + zone, Labels: map[string]string{"kubernetes.io/os": system, "beta.kubernetes.io/os": system, "zone": zone}}}
				ok, err := nodeaffinity.GetRequiredNodeAffinity(pod).Match(node)
				fits[system] = fits[system] || ok && err == nil
			}
		}
		want := fits["windows"] && !fits["linux"]
		if got := runsOnWindows(&pod.Spec); got != want {
			t.Fatalf("seed %d: runs on Windows: %t, by the scheduler's library %t:\n%v", seed, got, want, pod.Spec)
		}
		if want {
			onWindows++
		} else {
			elsewhere++
		}
	}
	if onWindows < 500 || elsewhere < 500 {
		t.Errorf("%d pods on Windows and %d elsewhere: the test shows too little", onWindows, elsewhere)
	}
}

// randomDemands returns a random node selector and affinity. Requirements other than
// of the operating system are met by some node of the test.
func randomDemands(r *rand.Rand) corev1.PodSpec {
	var spec corev1.PodSpec
	keys, values := []string{"kubernetes.io/os", "beta.kubernetes.io/os"}, []string{"windows", "windows", "linux", "plan9"}
	for _, key := range keys {
		if r.IntN(4) == 0 {
			spec.NodeSelector = map[string]string{key: oneOf(r, values...)}
		}
	}
	if r.IntN(3) == 0 {
		return spec
	}
	selector := &corev1.NodeSelector{}
	for range 1 + r.IntN(3) {
		var term corev1.NodeSelectorTerm
		for range r.IntN(3) {
			e := corev1.NodeSelectorRequirement{Key: oneOf(r, keys...), Operator: oneOf(r, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist, corev1.NodeSelectorOpGt)}
			switch e.Operator {
			case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
				for range 1 + r.IntN(2) {
					e.Values = append(e.Values, oneOf(r, values...))
				}
			case corev1.NodeSelectorOpGt:
				e.Values = []string{"1"}
			}
			term.MatchExpressions = append(term.MatchExpressions, e)
		}
		if r.IntN(4) == 0 {
			term.MatchExpressions = append(term.MatchExpressions, corev1.NodeSelectorRequirement{Key: "zone", Operator: corev1.NodeSelectorOpIn, Values: []string{"a"}})
		}
		if r.IntN(4) == 0 {
			term.MatchFields = append(term.MatchFields, corev1.NodeSelectorRequirement{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{"node-a"}})
		}
		selector.NodeSelectorTerms = append(selector.NodeSelectorTerms, term)
	}
	spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: selector}}
	return spec
}
