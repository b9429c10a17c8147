package verdicts

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/manifests"
)

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestObject: failures have their places and exemptions, and those that count come in the
// order in which they are told.
func TestObject(t *testing.T) {
	const text = `apiVersion: v1
kind: Pod
metadata: {name: pay, namespace: shop}
spec:
  containers:
  - {name: a, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true}}
  - name: b
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}
`
	r := manifests.Reader{Stdin: strings.NewReader(text)}
	var v Verdict
	for doc := range r.Read(manifests.Stdin) {
		v, _ = NewJudge(policyOf(t, exemptions)).Object(doc.Objects[0])
	}
	if v.Kind != "Pod" || v.Namespace != "shop" || v.Name != "pay" || v.Source != (manifests.Source{File: "<stdin>", Document: 1, Line: 1}) {
		t.Errorf("got %+v", v)
	}
	checks := securitycontext.Checks()
	var all, counting []string
	for _, f := range v.Failures {
		all = append(all, checks[f.Check].ID+" "+f.Container+" "+f.Exemption)
	}
	for _, f := range v.Counting() {
		counting = append(counting, checks[f.Check].ID+" "+f.Container)
	}
	if want := []string{
		"run-as-non-root b ", "capabilities-drop-all a a-in-shop", "seccomp-profile a a-in-shop", "read-only-root-filesystem b ",
		"run-as-user a ", "run-as-user b ", "run-as-group a ", "run-as-group b ", "pod-security-context  ",
	}; !slices.Equal(all, want) {
		t.Errorf("got %q, want %q", all, want)
	}
	if want := []string{"run-as-non-root b", "read-only-root-filesystem b", "run-as-user a", "run-as-user b", "run-as-group a", "run-as-group b", "pod-security-context "}; !slices.Equal(counting, want) {
		t.Errorf("got %q, want %q", counting, want)
	}
	if region := v.Failures[0].Region; region.Line != 8 || region.Column != 5 || !strings.Contains(region.Text, "RuntimeDefault") {
		t.Errorf("the first failure is at %+v", region)
	}
}

// TestFinishedPod: nothing of it runs, so it is not scored.
func TestFinishedPod(t *testing.T) {
	r := manifests.Reader{Stdin: strings.NewReader("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: app}]}\nstatus: {phase: Succeeded}\n")}
	for doc := range r.Read(manifests.Stdin) {
		if _, scored := NewJudge(policyOf(t, exemptions)).Object(doc.Objects[0]); scored {
			t.Error("a finished pod is scored")
		}
	}
}

// TestManyContainers: beyond those whose failures are told apart, a failure is excused only
// by what excuses the pod's own.
func TestManyContainers(t *testing.T) {
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers:\n" + strings.Repeat("  - {name: a}\n", 70)
	r := manifests.Reader{Stdin: strings.NewReader(text)}
	for doc := range r.Read(manifests.Stdin) {
		v, _ := NewJudge(policyOf(t, exemptions)).Object(doc.Objects[0])
		excused := 0
		for _, f := range v.Failures {
			if f.Check == 0 && f.Exemption == "a-in-shop" {
				excused++
			}
		}
		if excused != 64 || !v.Noncompliant().Has(0) {
			t.Errorf("%d containers are excused, want 64, and of the others run-as-non-root counts", excused)
		}
	}
}
