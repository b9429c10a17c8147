package controllers

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/sparse"
)

// cached stands in for the manager's cache: it hands out what it holds.
type cached map[types.NamespacedName]*sparse.Pod

func (c cached) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	*into.(*sparse.Pod) = *c[key]
	return nil
}

func (c cached) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

// BenchmarkBurst takes 10,000 pods that change at once through the decoding, the
// predicate and Reconcile: all that is podscore's own, without the informer
// and the queue.
func BenchmarkBurst(b *testing.B) {
	const events = 10_000
	policy, err := securitycontext.Preset(securitycontext.DefaultPreset)
	if err != nil {
		b.Fatal(err)
	}
	store := posture.New(posture.Options{Policy: policy, WorkloadSeriesLimit: 5000, Now: time.Now})
	store.PodsSynced()
	pods := cached{}
	reconciler := &PodReconciler{Reader: pods, Store: store, Log: logr.Discard()}
	received := make([][]byte, events)
	keys := make([]types.NamespacedName, events)
	for i := range received {
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: fmt.Sprint("namespace-", i%100), Name: fmt.Sprint("pod-", i), ResourceVersion: "1",
				Labels:          map[string]string{"app": "web", "pod-template-hash": "5d9c"},
				OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-5d9c", Controller: new(true)}},
			},
			Spec: corev1.PodSpec{
				SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: new(true)},
				Containers:      []corev1.Container{{Name: "app", Image: "nginx"}, {Name: "proxy", Image: "envoy"}},
				Volumes:         []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
			},
		}
		keys[i] = client.ObjectKeyFromObject(pod)
		if received[i], err = pod.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
	predicate := podChanged(func(*sparse.Pod) {})
	before := &sparse.Pod{}
	b.ReportAllocs()
	for b.Loop() {
		for i, message := range received {
			pod := &sparse.Pod{}
			if err := pod.Unmarshal(message); err != nil {
				b.Fatal(err)
			}
			if !predicate.Update(event.TypedUpdateEvent[*sparse.Pod]{ObjectOld: before, ObjectNew: pod}) {
				b.Fatal("the predicate drops what changed")
			}
			pods[keys[i]] = pod
			if _, err := reconciler.Reconcile(b.Context(), ctrl.Request{NamespacedName: keys[i]}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/events, "ns/event")
}

// BenchmarkIdleUpdate drops an update that changes nothing that is read.
func BenchmarkIdleUpdate(b *testing.B) {
	pod := &corev1.Pod{Spec: corev1.PodSpec{
		SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: new(true), RunAsUser: new(int64(1000))},
		Containers:      []corev1.Container{{Name: "app", SecurityContext: &corev1.SecurityContext{Privileged: new(false)}}, {Name: "proxy"}},
	}}
	e := event.TypedUpdateEvent[*sparse.Pod]{ObjectOld: read(b, pod), ObjectNew: read(b, pod)}
	predicate := podChanged(func(*sparse.Pod) {})
	b.ReportAllocs()
	for b.Loop() {
		if predicate.Update(e) {
			b.Fatal("the predicate lets it through")
		}
	}
}
