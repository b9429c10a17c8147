package chart

import (
	"testing"
)

// TestOpenShiftIsRecognised by its API group, unless the value says otherwise.
// Its admission refuses ids outside the namespace's range, and gives its own.
func TestOpenShiftIsRecognised(t *testing.T) {
	for _, c := range []struct {
		name, values, want string
		args               []string
	}{
		{"not there", "", "65532", nil},
		{"there", "", "<none>", []string{"--api-versions=security.openshift.io/v1"}},
		{"there and denied", "openshift: false", "65532", []string{"--api-versions=security.openshift.io/v1"}},
		{"not there and said", "openshift: true", "<none>", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := template(t, c.values, c.args...)
			if err != nil {
				t.Fatal(err)
			}
			deployment := find(t, parse(t, text), "Deployment")
			for _, id := range []string{"runAsUser", "runAsGroup", "fsGroup"} {
				if is := field(deployment, "spec.template.spec.securityContext."+id); is != c.want {
					t.Errorf("%s is %s, want %s", id, is, c.want)
				}
			}
			if is := field(deployment, "spec.template.spec.securityContext.runAsNonRoot"); is != "true" {
				t.Errorf("runAsNonRoot is %s, want true", is)
			}
		})
	}
}
