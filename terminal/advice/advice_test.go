package advice

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/securitycontext"
)

// TestEveryReasonIsSaid: every check has its advice, and every reason its sentence.
func TestEveryReasonIsSaid(t *testing.T) {
	if len(table) != len(checks) {
		t.Errorf("there is advice for %d checks, of %d", len(table), len(checks))
	}
	for _, check := range checks {
		advice := For(check.ID)
		if advice.Why == "" || advice.Write == "" || advice.Breaks == "" {
			t.Errorf("%s: say in table.go why, what to write and what that may break", check.ID)
		}
		unset := slices.Contains(check.Reasons, securitycontext.Missing) || slices.Contains(check.Reasons, securitycontext.Empty)
		if unset != (advice.Default != "") {
			t.Errorf("%s: say in table.go what holds where nobody sets the field, if the check fails then", check.ID)
		}
		for _, reason := range check.Reasons {
			if advice.says[reason] == "" {
				t.Errorf("%s: say in table.go what %q means", check.ID, reason)
			}
		}
		if len(advice.says) != len(check.Reasons) {
			t.Errorf("%s: a sentence of table.go is for a reason that it does not have", check.ID)
		}
	}
}

// TestWhatIsToBeWrittenHelps: what is advised to be written, and nothing else, makes a check
// pass that a bare pod fails, and breaks no other.
func TestWhatIsToBeWrittenHelps(t *testing.T) {
	for i, check := range checks {
		advice := For(check.ID)
		pod := corev1.Pod{Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Name: "app"}},
			Volumes:    []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
		}}
		before := securitycontext.Score(securitycontext.FromPod(&pod))
		var err error
		switch advice.Level {
		case OfPod:
			err = yaml.UnmarshalStrict([]byte(advice.Write), &pod.Spec.SecurityContext)
		case OfContainer:
			err = yaml.UnmarshalStrict([]byte(advice.Write), &pod.Spec.Containers[0].SecurityContext)
		}
		if err != nil {
			t.Errorf("%s: %v", check.ID, err)
		}
		after := securitycontext.Score(securitycontext.FromPod(&pod))
		if !after.Passed().Has(i) || after.Failed&^before.Failed != 0 {
			t.Errorf("%s: with what is advised the pod fails %v", check.ID, after.Findings)
		}
	}
}
