package explanations

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/randfill"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
	"github.com/podscore/podscore/workload"
)

// TestRemedyHelps: for random pods, whoever writes what is told for a failure, where it is
// told, and nothing else, is told something else of that check the next time, or nothing.
func TestRemedyHelps(t *testing.T) {
	for seed := range int64(300) {
		pod := randomPod(seed)
		for _, finding := range securitycontext.Score(securitycontext.FromPod(pod)).Findings {
			s := newSpot(&manifests.Object{Pod: pod}, &verdicts.Verdict{Workload: workload.Workload{Kind: "Pod", Name: "a"}})
			write, where := s.remedy(&verdicts.Failure{Finding: finding})
			if where == "" {
				continue // the pod has to be deleted
			}
			changed := apply(t, pod, write, where)
			if slices.Contains(securitycontext.Score(securitycontext.FromPod(changed)).Findings, finding) {
				text, _ := yaml.Marshal(pod)
				t.Fatalf("seed %d, %s: it does not help to write\n%s\nin %s of\n%s", seed, finding, write, where, text)
			}
		}
	}
}

// apply writes fields where it is said.
func apply(t *testing.T, pod *corev1.Pod, write, where string) *corev1.Pod {
	t.Helper()
	pod = pod.DeepCopy()
	where, annotated := strings.CutSuffix(where, ", and remove the annotation")
	if annotated {
		pod.Annotations = nil
	}
	whole, err := runtime.DefaultUnstructuredConverter.ToUnstructured(pod)
	if err != nil {
		t.Fatal(err)
	}
	var at any = whole
	for _, step := range strings.FieldsFunc(where, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		switch is := at.(type) {
		case map[string]any:
			if is[step] == nil {
				is[step] = map[string]any{}
			}
			at = is[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil {
				t.Fatalf("%s leads nowhere", where)
			}
			at = is[i]
		}
	}
	fields, ok := at.(map[string]any)
	if !ok {
		t.Fatalf("%s is no mapping", where)
	}
	if err := yaml.Unmarshal([]byte(write), &fields); err != nil {
		t.Fatalf("%v in %s", err, write)
	}
	text, err := yaml.Marshal(whole)
	changed := &corev1.Pod{}
	if err == nil {
		err = yaml.UnmarshalStrict(text, changed)
	}
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// randomPod returns a pod whose security contexts have any field, with good and bad values.
func randomPod(seed int64) *corev1.Pod {
	oneOf := func(c randfill.Continue, values ...string) string { return values[c.Intn(len(values))] }
	fill := randfill.NewWithSeed(seed).NilChance(0.4).NumElements(0, 2).Funcs(
		func(s *string, c randfill.Continue) { *s = oneOf(c, "", "a", "kernel.msgmax", "container_t") },
		func(n *int64, c randfill.Continue) { *n = []int64{0, 1, 1000}[c.Intn(3)] },
		func(x *corev1.Capability, c randfill.Continue) {
			*x = corev1.Capability(oneOf(c, "ALL", "CAP_SYS_ADMIN", "CHOWN"))
		},
		func(x *corev1.SeccompProfileType, c randfill.Continue) {
			*x = corev1.SeccompProfileType(oneOf(c, "RuntimeDefault", "Unconfined"))
		},
		func(x *corev1.AppArmorProfileType, c randfill.Continue) {
			*x = corev1.AppArmorProfileType(oneOf(c, "RuntimeDefault", "Unconfined"))
		},
		func(x *corev1.ProcMountType, c randfill.Continue) {
			*x = corev1.ProcMountType(oneOf(c, "Default", "Unmasked"))
		},
	)
	pod := &corev1.Pod{}
	pod.Name = "a"
	if seed%3 == 0 {
		pod.Annotations = map[string]string{corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix + "app": "unconfined"}
	}
	fill.Fill(&pod.Spec.SecurityContext)
	for _, name := range []string{"app", "proxy"} {
		c := corev1.Container{Name: name}
		fill.Fill(&c.SecurityContext)
		pod.Spec.Containers = append(pod.Spec.Containers, c)
	}
	return pod
}
