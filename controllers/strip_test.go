package controllers

import (
	"math/rand/v2"
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/randfill"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
)

// randomPods makes pods in which every field of the API may be set.
func randomPods(t testing.TB, n int, each func(seed int64, pod *corev1.Pod)) {
	t.Helper()
	for seed := range int64(n) {
		var pod corev1.Pod
		randfill.NewWithSeed(seed).NilChance(0.4).NumElements(0, 3).MaxDepth(12).Funcs(
			func(*metav1.FieldsV1, randfill.Continue) {},
			func(q *metav1.Time, c randfill.Continue) { *q = metav1.Unix(c.Int63n(1<<31), 0) },
		).Fill(&pod)
		r := rand.New(rand.NewPCG(uint64(seed), 0))
		// What randomness alone would hardly ever hit on.
		for i := range pod.OwnerReferences {
			pod.OwnerReferences[i].Controller = new(r.IntN(2) == 0)
		}
		pod.Labels = map[string]string{"app": "x", "pod-template-hash": "5d9c", posture.RolloutHashLabel: "777"}
		pod.Annotations = map[string]string{"note": "x"}
		if r.IntN(2) == 0 {
			pod.Annotations[corev1.MirrorPodAnnotationKey] = ""
		}
		for i := range pod.Spec.Containers {
			pod.Annotations[corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix+pod.Spec.Containers[i].Name] = "unconfined"
		}
		if r.IntN(2) == 0 {
			pod.Spec.NodeSelector = map[string]string{corev1.LabelOSStable: "windows", "zone": "a"}
		}
		if r.IntN(2) == 0 {
			pod.Status.Phase = corev1.PodSucceeded
		}
		each(seed, &pod)
	}
}

// TestStripKeepsAllThatIsRead: whatever is in a pod, the checks and the
// posture see the same of it before and after.
func TestStripKeepsAllThatIsRead(t *testing.T) {
	windows, finished := 0, 0
	randomPods(t, 3000, func(seed int64, pod *corev1.Pod) {
		object, err := strip(pod.DeepCopy())
		if err != nil {
			t.Fatal(err)
		}
		stripped := object.(*corev1.Pod)
		before, after := securitycontext.FromPod(pod), securitycontext.FromPod(stripped)
		if !reflect.DeepEqual(before, after) {
			t.Fatalf("seed %d: the checks read\n%+v\nand of the stripped pod\n%+v", seed, before, after)
		}
		if before, after := toPosture(pod), toPosture(stripped); !reflect.DeepEqual(before, after) {
			t.Fatalf("seed %d: posture is told\n%+v\nand of the stripped pod\n%+v", seed, before, after)
		}
		if stripped.ResourceVersion != pod.ResourceVersion {
			t.Fatalf("seed %d: the watch needs the resource version", seed)
		}
		again, _ := strip(stripped.DeepCopy())
		if !reflect.DeepEqual(again, stripped) {
			t.Fatalf("seed %d: stripping twice gives\n%+v\nonce gives\n%+v", seed, again, stripped)
		}
		if before.Windows {
			windows++
		}
		if before.Finished {
			finished++
		}
	})
	if windows < 100 || finished < 100 {
		t.Errorf("only %d Windows pods and %d finished ones among the random pods", windows, finished)
	}
}

// TestStripDropsTheRest: nothing that nobody reads stays in memory.
func TestStripDropsTheRest(t *testing.T) {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: "a", Labels: map[string]string{"app": "x"}, Annotations: map[string]string{"secret": "x"},
			ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "x"}}, Finalizers: []string{"x"},
			OwnerReferences: []metav1.OwnerReference{{Name: "not the controller"}},
		},
		Spec: corev1.PodSpec{
			NodeName:     "x",
			NodeSelector: map[string]string{"zone": "x"},
			Containers:   []corev1.Container{{Name: "app", Image: "x", Args: []string{"x"}, Env: []corev1.EnvVar{{Name: "x", Value: "x"}}}},
			Volumes:      []corev1.Volume{{Name: "x", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "x"}}}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, PodIP: "x", Message: "x"},
	}
	want := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "a"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
	if got := stripPod(pod); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	tombstone := struct{}{}
	if got, err := strip(tombstone); got != tombstone || err != nil {
		t.Errorf("what is no pod must pass as it is: %v %v", got, err)
	}
}
