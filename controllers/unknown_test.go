package controllers

import (
	"strings"
	"testing"

	"github.com/go-logr/logr/funcr"
	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/sparse"
)

// TestUnknownFieldsAreLoggedOnce: an unknown field of a security context is logged once,
// however many pods have it; known fields are not logged.
func TestUnknownFieldsAreLoggedOnce(t *testing.T) {
	var lines []string
	log := funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
	reflector := &Reflectors{Cluster: &Cluster{Log: log}}
	reflector.convert(read(t, &corev1.Pod{Spec: corev1.PodSpec{SecurityContext: &corev1.PodSecurityContext{RunAsUser: new(int64(1))}}}))
	if len(lines) > 0 {
		t.Fatalf("the log has %q, of a pod without unknown fields", lines)
	}
	field := func(number protowire.Number, message []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), message)
	}
	context := protowire.AppendVarint(protowire.AppendTag(nil, 99, protowire.VarintType), 1)
	for _, name := range []string{"a", "b"} {
		var pod sparse.Pod
		if err := pod.Unmarshal(append(field(1, field(1, []byte(name))), field(2, field(14, context))...)); err != nil {
			t.Fatal(err)
		}
		reflector.convert(&pod)
	}
	if len(lines) != 1 || !strings.Contains(lines[0], "spec.securityContext: field 99") {
		t.Errorf("the log has %q, want one line that names spec.securityContext: field 99", lines)
	}
}
