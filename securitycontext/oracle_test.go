package securitycontext

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// The official Pod Security library is the oracle here. It answers allow or
// deny per level, which is what the preset "restricted" claims to predict.

func admittedBy(t *testing.T, level api.Level) func(pod *corev1.Pod) bool {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return func(pod *corev1.Pod) bool {
		results := evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec)
		return policy.AggregateCheckResults(results).Allowed
	}
}

// TestWhatRestrictedAdmitsIsCompliant: a Linux pod that the library admits at
// restricted is compliant under the preset of that name, and what it admits at
// baseline violates no guard but the two that baseline leaves alone.
func TestWhatRestrictedAdmitsIsCompliant(t *testing.T) {
	restricted, baseline := admittedBy(t, api.LevelRestricted), admittedBy(t, api.LevelBaseline)
	preset := mustPreset(t, "restricted")
	leftAlone := setOf("capabilities-add", "run-as-user-zero")
	procMountSet := setOf("proc-mount")
	guards := CheckSet(0)
	for i, check := range checks {
		if check.Guard {
			guards = guards.With(i)
		}
	}
	admitted := 0
	forRandomPods(t, func(t *testing.T, r *rand.Rand, pod *corev1.Pod) {
		if r.IntN(2) == 0 { // left to chance alone, restricted admits hardly any
			makeRestricted(pod)
			if r.IntN(2) == 0 {
				context := oneOf(r, contexts(pod)...)
				random := randomContext(r)()
				random.Capabilities, random.AllowPrivilegeEscalation = (*context).Capabilities, (*context).AllowPrivilegeEscalation
				*context = &random
			}
		}
		if runsOnWindows(&pod.Spec) {
			return
		}
		result := Score(FromPod(pod))
		if restricted(pod) {
			admitted++
			if !preset.Compliant(&result) {
				t.Errorf("restricted admits this pod, and it is not compliant: %v", result.Findings)
			}
		}
		violated := result.Failed & guards &^ leftAlone
		if pod.Spec.HostUsers != nil && !*pod.Spec.HostUsers {
			violated &^= procMountSet // baseline admits Unmasked in a user namespace; the control does not
		}
		if baseline(pod) && violated != 0 {
			t.Errorf("baseline admits this pod, and it violates %v", ids(violated))
		}
	})
	if admitted < 500 {
		t.Errorf("restricted admitted only %d of the random pods: the test shows too little", admitted)
	}
}

// makeRestricted gives a pod what restricted asks for.
func makeRestricted(pod *corev1.Pod) {
	pod.Annotations = nil
	pod.Spec.OS = nil
	pod.Spec.SecurityContext = &corev1.PodSecurityContext{
		RunAsNonRoot:   new(true),
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	for _, context := range contexts(pod) {
		*context = &corev1.SecurityContext{
			AllowPrivilegeEscalation: new(false),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		}
	}
}

// TestOfficialFixtures scores the pods that the library itself is tested with:
// those that it admits at restricted are compliant, those that it denies for
// a security context are not, but where the documentation says why.
func TestOfficialFixtures(t *testing.T) {
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	if err != nil {
		t.Fatalf("the library's own fixtures lie in its module, which go list does not find: %v", err)
	}
	aboutContexts := regexp.MustCompile(`^(allowprivilegeescalation|apparmorprofile|capabilities|privileged|procmount|runasnonroot|runasuser|seccompprofile|selinuxoptions|windowshostprocess)`)
	// Denied for a value at the pod's level that every container overrides.
	overridden := map[string]bool{"selinuxoptions0.yaml": true, "selinuxoptions3.yaml": true, "selinuxoptions4.yaml": true}
	preset := mustPreset(t, "restricted")
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(module)), "test/testdata/restricted/*/*/*.yaml"))
	if len(files) < 1000 {
		t.Fatalf("found %d fixtures, expected more than 1000", len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pod := parsePod(t, string(text))
		result := Score(FromPod(pod))
		name := filepath.Base(file)
		version, verdict := filepath.Base(filepath.Dir(filepath.Dir(file))), filepath.Base(filepath.Dir(file))
		current := admittedBy(t, api.LevelRestricted)(pod) // older versions ask for less
		switch {
		case verdict == "pass" && current && !preset.Compliant(&result):
			t.Errorf("%s/%s is admitted, and not compliant: %v", version, name, result.Findings)
		case verdict == "fail" && !current && aboutContexts.MatchString(name) && !overridden[name] && preset.Compliant(&result):
			t.Errorf("%s/%s is denied, and compliant", version, name)
		}
	}
}
