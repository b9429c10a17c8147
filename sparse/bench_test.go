package sparse

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/securitycontext"
)

// bulky returns the pod of typical with the bulk that real pods have: about 6 KB.
func bulky() *corev1.Pod {
	pod := typical("cart-5d9c7b8f-aaaaa")
	for range 3 {
		pod.ManagedFields = append(pod.ManagedFields, metav1.ManagedFieldsEntry{Manager: "kubelet", FieldsV1: metav1.NewFieldsV1(strings.Repeat("x", 900))})
	}
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		for range 12 {
			c.Env = append(c.Env, corev1.EnvVar{Name: "SOME_SETTING", Value: "some value of some length"})
		}
		c.VolumeMounts = make([]corev1.VolumeMount, 4)
		c.LivenessProbe, c.ReadinessProbe = &corev1.Probe{PeriodSeconds: 10}, &corev1.Probe{PeriodSeconds: 10}
	}
	for range 4 {
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: "config", VolumeSource: corev1.VolumeSource{
			ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "config"}},
		}})
	}
	pod.Status.Conditions = make([]corev1.PodCondition, 5)
	pod.Status.ContainerStatuses = make([]corev1.ContainerStatus, 2)
	return pod
}

// BenchmarkUnmarshal reads a pod sparsely whose shape is known already.
func BenchmarkUnmarshal(b *testing.B) {
	message, _ := encode(b, bulky())
	first := decode(b, bulky())
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		pod := new(Pod)
		if err := pod.Unmarshal(message); err != nil || pod.identity != first.identity {
			b.Fatal(err)
		}
	}
}

// BenchmarkOfficial decodes and scores the whole pod.
func BenchmarkOfficial(b *testing.B) {
	message, _ := encode(b, bulky())
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		var pod corev1.Pod
		if err := pod.Unmarshal(message); err != nil {
			b.Fatal(err)
		}
		securitycontext.Score(securitycontext.FromPod(&pod))
	}
}

// BenchmarkManyContainers reads a pod of many containers, each with a legacy AppArmor
// annotation. The time has to be linear: four times as many containers may take four
// times as long, not sixteen times.
func BenchmarkManyContainers(b *testing.B) {
	for _, containers := range []int{1000, 4000} {
		b.Run(strconv.Itoa(containers), func(b *testing.B) {
			pod := typical("many")
			pod.Annotations, pod.Spec.Containers = map[string]string{}, nil
			for i := range containers {
				name := fmt.Sprint("container-", i)
				pod.Annotations[corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix+name] = "localhost/x"
				pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name})
			}
			message, _ := encode(b, pod)
			first := decode(b, pod)
			b.ReportAllocs()
			for b.Loop() {
				pod := new(Pod)
				if err := pod.Unmarshal(message); err != nil || pod.identity != first.identity {
					b.Fatal(err)
				}
			}
		})
	}
}
