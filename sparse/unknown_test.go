package sparse

import (
	"reflect"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
)

// TestReportsUnknownFields: fields of security contexts that only a newer API server
// has are reported, at both levels and in messages inside. They change nothing else.
func TestReportsUnknownFields(t *testing.T) {
	newer := func(message interface{ Marshal() ([]byte, error) }) []byte {
		bytes, err := message.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return protowire.AppendVarint(protowire.AppendTag(bytes, 77, protowire.VarintType), 1)
	}
	field := func(number protowire.Number, message []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), message)
	}
	root := &corev1.PodSecurityContext{RunAsUser: new(int64(0))}
	for _, c := range []struct {
		name string
		spec []byte
		want []string
	}{
		{"of the pod", field(14, newer(root)), []string{"spec.securityContext: field 77"}},
		{"of its seccomp profile", field(14, field(10, newer(&corev1.SeccompProfile{}))), []string{"spec.securityContext, in field 10: field 77"}},
		{"of its second sysctl", field(14, append(field(7, nil), field(7, newer(&corev1.Sysctl{}))...)), []string{"spec.securityContext, in field 7: field 77"}},
		{"of a container", field(2, field(15, newer(&corev1.SecurityContext{}))), []string{"securityContext of a container: field 77"}},
		{"of an init container's capabilities", field(20, field(15, field(1, newer(&corev1.Capabilities{})))), []string{"securityContext of a container, in field 1: field 77"}},
		{"of an ephemeral container", field(34, field(1, field(15, newer(&corev1.SecurityContext{})))), []string{"securityContext of a container: field 77"}},
		{"of several, each told once", append(field(14, newer(root)), append(field(2, field(15, newer(&corev1.SecurityContext{}))), field(2, field(15, newer(&corev1.SecurityContext{})))...)...), []string{"securityContext of a container: field 77", "spec.securityContext: field 77"}},
		{"elsewhere, which no check reads", field(2, newer(&corev1.Container{})), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			message := field(2, c.spec)
			var pod Pod
			if err := pod.Unmarshal(message); err != nil {
				t.Fatal(err)
			}
			if got := pod.Unknown(); !reflect.DeepEqual(got, c.want) {
				t.Errorf("unknown are %q, want %q", got, c.want)
			}
			var whole corev1.Pod
			if err := whole.Unmarshal(message); err != nil {
				t.Fatal(err)
			}
			if difference := differs(message, &whole); difference != "" {
				t.Error(difference)
			}
		})
	}
}
