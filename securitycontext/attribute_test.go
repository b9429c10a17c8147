package securitycontext

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestFailuresAreAttributed: what a pod fails is what the pod itself and its containers
// fail, and the findings say the same of each.
func TestFailuresAreAttributed(t *testing.T) {
	both, neither := 0, 0
	forRandomPods(t, func(t *testing.T, r *rand.Rand, pod *corev1.Pod) {
		for i := range pod.Spec.Containers {
			pod.Spec.Containers[i].Image = oneOf(r, "nginx", "registry.example.com/app:v1", "no image", "")
		}
		p := FromPod(pod)
		result := Score(p)
		checkAttribution(t, p, &result)
		if result.OfPod&result.Failed != 0 && len(result.Containers) > 0 {
			both++
		}
		if p.UserNamespace && result.NotApplicable.Has(0) && !p.Windows {
			neither++
		}
	})
	if both < 500 || neither < 20 {
		t.Errorf("in %d of the random pods the pod and a container fail, and in %d a user namespace makes up for it: the test shows too little", both, neither)
	}
}

// checkAttribution compares the facts with the findings.
func checkAttribution(t *testing.T, p *Pod, result *Result) {
	t.Helper()
	var pod CheckSet
	containers := map[string]CheckSet{}
	for _, finding := range result.Findings {
		if finding.Container == "" {
			pod = pod.With(finding.Check)
		} else {
			containers[finding.Container] = containers[finding.Container].With(finding.Check)
		}
	}
	var want []ContainerFacts
	for _, c := range p.Containers {
		if failed := containers[c.Name]; failed != 0 {
			want = append(want, ContainerFacts{c.Name, Repository(c.Image), c.Class, failed})
		}
	}
	if result.OfPod != pod || !reflect.DeepEqual(result.Containers, want) {
		t.Errorf("the pod itself fails %v and its containers %+v\nby the findings %v and %+v", ids(result.OfPod), result.Containers, ids(pod), want)
	}
	union := result.OfPod
	for i, c := range result.Containers {
		union |= c.Failed
		if p.Containers[result.Failing[i]].Name != c.Name {
			t.Errorf("container %d is %s, and not %s", result.Failing[i], p.Containers[result.Failing[i]].Name, c.Name)
		}
	}
	if union != result.Failed {
		t.Errorf("together they fail %v, and failed are %v", ids(union), ids(result.Failed))
	}
}

// TestManyContainers: only so many containers are told apart. What others fail counts
// as the pod's own.
func TestManyContainers(t *testing.T) {
	var containers []string
	for i := range maxContainers {
		containers = append(containers, fmt.Sprintf("{name: app-%d, securityContext: {runAsNonRoot: false}}", i))
	}
	containers = append(containers, "{name: more, securityContext: {privileged: true}}", "{name: most, securityContext: {procMount: Unmasked}}")
	result := Score(FromPod(parsePod(t, "{containers: ["+strings.Join(containers, ", ")+"]}")))
	if len(result.Containers) != maxContainers || len(result.Failing) != maxContainers {
		t.Fatalf("%d containers are told apart, want %d", len(result.Containers), maxContainers)
	}
	for _, check := range []string{"privileged", "proc-mount"} {
		if result.OfPod&setOf(check) == 0 || result.Failed&setOf(check) == 0 {
			t.Errorf("the pod itself fails %v, want %s among them", ids(result.OfPod), check)
		}
	}
	few := Score(FromPod(parsePod(t, "{containers: ["+strings.Join(containers[1:maxContainers+1], ", ")+"]}")))
	if few.OfPod != setOf("pod-security-context") || len(few.Containers) != maxContainers {
		t.Errorf("of %d containers the pod itself fails %v, and %d are told apart", maxContainers, ids(few.OfPod), len(few.Containers))
	}
}
