package controllers

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// BenchmarkBurst decodes and scores 10,000 changed pods and puts them into the store: all
// of the work on an event that is podscore's own code.
func BenchmarkBurst(b *testing.B) {
	const events = 10_000
	preset, err := policy.Preset(policy.DefaultPreset)
	if err != nil {
		b.Fatal(err)
	}
	store := posture.New(posture.Options{Policy: preset, Limits: posture.Limits{WorkloadSeries: 5000}, Now: time.Now})
	sink := &podSink{Reflectors: &Reflectors{Cluster: &Cluster{Shard: WholeCluster}, Store: store}, log: logr.Discard()}
	if err := sink.Replace(nil, "1"); err != nil {
		b.Fatal(err)
	}
	received := make([][]byte, events)
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
		if received[i], err = pod.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, message := range received {
			pod := &sparse.Pod{}
			if err := pod.Unmarshal(message); err != nil {
				b.Fatal(err)
			}
			if err := sink.Update(pod); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/events, "ns/event")
}
