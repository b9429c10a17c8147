package sparse

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/securitycontext"
)

// keyed has, by the field of securitycontext.Pod or Container, a change of a pod that
// changes that field.
var keyed = map[string]struct {
	change func(*corev1.Pod)
	shared string // why pods that differ in it share a shape all the same; empty if they must not
}{
	"Pod.SecurityContext": {change: func(p *corev1.Pod) { p.Spec.SecurityContext.RunAsNonRoot = new(false) }},
	"Pod.Containers":      {change: func(p *corev1.Pod) { p.Spec.Containers = p.Spec.Containers[:1] }},
	"Pod.Windows":         {change: func(p *corev1.Pod) { p.Spec.OS = &corev1.PodOS{Name: corev1.Windows} }},
	"Pod.UserNamespace":   {change: func(p *corev1.Pod) { p.Spec.HostUsers = new(false) }},
	"Pod.OwnedVolume": {change: func(p *corev1.Pod) {
		p.Spec.Volumes = []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	}},
	"Pod.Finished": {
		change: func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded },
		shared: "Pod.Facts has other facts for every finished pod",
	},
	"Container.Name": {
		change: func(p *corev1.Pod) { p.Spec.Containers[0].Name = "other" },
		shared: "names of containers that fail are in the key of the identity",
	},
	"Container.Image": {
		change: func(p *corev1.Pod) { p.Spec.Containers[0].Image = "registry.example.com/other" },
		shared: "images of containers that fail are in the key of the identity",
	},
	"Container.Class": {change: func(p *corev1.Pod) {
		p.Spec.InitContainers, p.Spec.Containers = p.Spec.Containers[:1], p.Spec.Containers[1:]
	}},
	"Container.SecurityContext": {change: func(p *corev1.Pod) { p.Spec.Containers[0].SecurityContext.Privileged = new(true) }},
	"Container.AppArmorAnnotation": {change: func(p *corev1.Pod) {
		metav1.SetMetaDataAnnotation(&p.ObjectMeta, corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix+"app", "unconfined")
	}},
}

// TestEveryFieldIsInTheKey: pods that differ in anything that the checks read have
// different shapes. If a field were missing in the key, such pods would share their facts.
func TestEveryFieldIsInTheKey(t *testing.T) {
	fields := 0
	for _, read := range []reflect.Type{reflect.TypeFor[securitycontext.Pod](), reflect.TypeFor[securitycontext.Container]()} {
		for i := range read.NumField() {
			fields++
			name := read.Name() + "." + read.Field(i).Name
			field, known := keyed[name]
			if !known {
				t.Errorf("securitycontext.%s is new: append it to the key in spec.appendKey, and add a change of it to keyed", name)
				continue
			}
			plain, changed := typical("a"), typical("a")
			field.change(changed)
			if value := valueOf(read, i, plain); reflect.DeepEqual(value, valueOf(read, i, changed)) {
				t.Errorf("the change for securitycontext.%s leaves it at %+v", name, value)
			}
			if shared := decode(t, plain).identity.shape == decode(t, changed).identity.shape; shared != (field.shared != "") {
				t.Errorf("pods that differ in securitycontext.%s share a shape: %t, want %t: see spec.appendKey", name, shared, !shared)
			}
		}
	}
	if fields != len(keyed) {
		t.Errorf("keyed has %d fields, and securitycontext.Pod and Container have %d: remove what is gone", len(keyed), fields)
	}
}

// valueOf returns the i-th field of what the checks read of a pod, or of its first container.
func valueOf(read reflect.Type, i int, pod *corev1.Pod) any {
	of := securitycontext.FromPod(pod)
	if read == reflect.TypeFor[securitycontext.Pod]() {
		return reflect.ValueOf(*of).Field(i).Interface()
	}
	return reflect.ValueOf(of.Containers[0]).Field(i).Interface()
}
