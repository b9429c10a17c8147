package controllers

import (
	"reflect"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/sparse"
	"github.com/podscore/podscore/workload"
)

// read returns a pod as the watch delivers it.
func read(t testing.TB, whole *corev1.Pod) *sparse.Pod {
	t.Helper()
	message, err := whole.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	pod := &sparse.Pod{}
	if err := pod.Unmarshal(message); err != nil {
		t.Fatal(err)
	}
	return pod
}

// TestToPosture compares the store's pod with one made from the whole Kubernetes pod.
func TestToPosture(t *testing.T) {
	for _, labels := range []map[string]string{nil, {"pod-template-hash": "5d9c"}, {"rollouts-pod-template-hash": "5d9c"}} {
		whole := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "shop", Name: "cart-5d9c-x", UID: "u", ResourceVersion: "12", Labels: labels, CreationTimestamp: metav1.Unix(1_790_000_000, 0),
				OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "cart-5d9c", Controller: new(true)}},
			},
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}},
		}
		result := securitycontext.Score(securitycontext.FromPod(whole))
		want := posture.Pod{
			Namespace: "shop", Name: "cart-5d9c-x", UID: "u", Version: 12, Created: whole.CreationTimestamp.Time,
			Workload: workload.Of(whole),
			Facts:    &result.Facts,
		}
		if got := toPosture(read(t, whole)); !reflect.DeepEqual(got, want) {
			t.Errorf("labels %v: got %+v, want %+v", labels, got, want)
		}
	}
}

// TestWhatChangesAPod: most changes of a pod do not change its facts, and the namespace is
// not folded again after them.
func TestWhatChangesAPod(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*corev1.Pod)
		want   bool
	}{
		{"nothing", func(*corev1.Pod) {}, false},
		{"a label", func(p *corev1.Pod) { p.Labels["app"] = "y" }, false},
		{"an annotation", func(p *corev1.Pod) { p.Annotations = map[string]string{"note": "y"} }, false},
		{"the annotation of a static pod's mirror", func(p *corev1.Pod) { p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "y"} }, false},
		{"the node", func(p *corev1.Pod) { p.Spec.NodeName = "y" }, false},
		{"the image", func(p *corev1.Pod) { p.Spec.Containers[0].Image = "y" }, true}, // an exemption may ask for it
		{"the status", func(p *corev1.Pod) { p.Status.PodIP = "y" }, false},
		{"a deletion that begins", func(p *corev1.Pod) { p.DeletionTimestamp = &metav1.Time{} }, false},
		{"the phase", func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }, true},
		{"an ephemeral container", func(p *corev1.Pod) {
			p.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{SecurityContext: &corev1.SecurityContext{Privileged: new(true)}}}}
		}, true},
		{"a security context", func(p *corev1.Pod) {
			p.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{Privileged: new(true)}
		}, true},
		{"another pod of the same name", func(p *corev1.Pod) { p.UID = "y" }, true},
		{"the owner", func(p *corev1.Pod) {
			p.OwnerReferences = []metav1.OwnerReference{{Kind: "Job", Name: "y", Controller: new(true)}}
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := &corev1.Pod{
				ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "a", ResourceVersion: "1", Labels: map[string]string{"app": "x"}},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "x"}}},
			}
			after := before.DeepCopy()
			after.ResourceVersion = "2"
			c.change(after)
			store := posture.New(posture.Options{Now: time.Now})
			store.ReplaceNamespaces(map[string]map[string]string{"shop": nil}, 0)
			sink := &podSink{Reflectors: &Reflectors{Store: store}, log: logr.Discard()}
			if err := sink.Replace([]any{read(t, before)}, "1"); err != nil {
				t.Fatal(err)
			}
			was := store.Snapshot().Namespaces[0]
			if err := sink.Update(read(t, after)); err != nil {
				t.Fatal(err)
			}
			if got := store.Snapshot().Namespaces[0] != was; got != c.want {
				t.Errorf("folded again: %t, want %t", got, c.want)
			}
		})
	}
}
