package sparse

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/securitycontext"
)

// TestReadsEveryKindOfVolume: every kind of volume of the API, read-only or not, is
// read as in the whole pod.
func TestReadsEveryKindOfVolume(t *testing.T) {
	sources := reflect.TypeFor[corev1.VolumeSource]()
	counted := 0
	for i := range sources.NumField() {
		for _, value := range []bool{false, true} {
			source := reflect.New(sources.Field(i).Type.Elem())
			switch readOnly := source.Elem().FieldByName("ReadOnly"); {
			case !readOnly.IsValid():
			case readOnly.Kind() == reflect.Pointer:
				readOnly.Set(reflect.ValueOf(&value))
			default:
				readOnly.SetBool(value)
			}
			pod := typical("a")
			pod.Spec.Volumes = []corev1.Volume{{Name: "v"}}
			reflect.ValueOf(&pod.Spec.Volumes[0].VolumeSource).Elem().Field(i).Set(source)
			message, whole := encode(t, pod)
			if difference := differs(message, whole); difference != "" {
				t.Errorf("%s, readOnly %t: %s", sources.Field(i).Name, value, difference)
			}
			if securitycontext.FromPod(whole).OwnedVolume {
				counted++
			}
		}
	}
	if counted < 14 {
		t.Errorf("only %d of the volumes count for fs-group: the test shows too little", counted)
	}
}
