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

// The oracle in this file is the official Pod Security library. It allows or denies a
// pod per level, which is what the preset "restricted" is meant to predict.

func admittedBy(t *testing.T, level api.Level) func(pod *corev1.Pod) bool {
	return evaluating(t, level, policy.DefaultChecks())
}

// evaluating returns a function that reports whether some of the library's checks, in
// their latest version, allow a pod.
func evaluating(t *testing.T, level api.Level, checks []policy.Check) func(pod *corev1.Pod) bool {
	t.Helper()
	evaluator, err := policy.NewEvaluator(checks, nil)
	if err != nil {
		t.Fatal(err)
	}
	return func(pod *corev1.Pod) bool {
		results := evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec)
		return policy.AggregateCheckResults(results).Allowed
	}
}

// restricted returns the checks that the preset of this name requires. A test of the
// package policy has the same list.
func restricted() CheckSet {
	required := setOf("run-as-non-root", "capabilities-drop-all", "allow-privilege-escalation", "seccomp-profile")
	for i := range checks {
		if checks[i].Guard {
			required = required.With(i)
		}
	}
	return required
}

// TestWhatRestrictedAdmitsIsCompliant: a Linux pod that the library admits at
// restricted is compliant under the preset of that name.
func TestWhatRestrictedAdmitsIsCompliant(t *testing.T) {
	admits := admittedBy(t, api.LevelRestricted)
	required, admitted := restricted(), 0
	forRandomPods(t, func(t *testing.T, r *rand.Rand, pod *corev1.Pod) {
		nearlyRestricted(r, pod)
		result := Score(FromPod(pod))
		if runsOnWindows(&pod.Spec) || !admits(pod) {
			return
		}
		admitted++
		if result.Failed&required != 0 {
			t.Errorf("restricted admits this pod, and it is not compliant: %v", result.Findings)
		}
	})
	if admitted < 500 {
		t.Errorf("restricted admitted only %d of the random pods: the test shows too little", admitted)
	}
}

// twins are checks of the library that check the same as one of ours.
var twins = []struct {
	id     string
	theirs policy.Check
	// both is false if theirs denies more: a value at the pod's level that every
	// container overrides; and for capabilities, what capabilities-drop-all checks.
	both bool
}{
	{"run-as-non-root", policy.CheckRunAsNonRoot(), false},
	{"run-as-user-zero", policy.CheckRunAsUser(), false},
	{"windows-host-process", policy.CheckWindowsHostProcess(), false},
	{"apparmor-profile", policy.CheckAppArmorProfile(), false},
	{"capabilities-add", policy.CheckCapabilitiesRestricted(), false},
	{"privileged", policy.CheckPrivileged(), true},
	{"proc-mount", policy.CheckProcMountRestricted(), true},
	{"selinux-options", policy.CheckSELinuxOptions(), true},
	{"sysctls", policy.CheckSysctls(), true},
}

// TestTwins: no check fails a Linux pod that its twin allows, and if both check exactly
// the same, none passes a pod that its twin denies.
func TestTwins(t *testing.T) {
	for _, twin := range twins {
		t.Run(twin.id, func(t *testing.T) {
			admits := evaluating(t, api.LevelRestricted, []policy.Check{twin.theirs})
			ours := setOf(twin.id)
			failed, passed := 0, 0
			forRandomPods(t, func(t *testing.T, _ *rand.Rand, pod *corev1.Pod) {
				if runsOnWindows(&pod.Spec) {
					return
				}
				result := Score(FromPod(pod))
				fails, admitted := result.Failed&ours != 0, admits(pod)
				switch {
				case fails && admitted:
					t.Errorf("%s of the library admits this pod, and it fails: %v", twin.theirs.ID, result.Findings)
				case !fails && !admitted && twin.both:
					t.Errorf("%s of the library denies this pod, and it passes", twin.theirs.ID)
				case fails:
					failed++
				default:
					passed++
				}
			})
			if failed < 100 || passed < 100 {
				t.Errorf("%d pods failed and %d passed: the test shows too little", failed, passed)
			}
		})
	}
}

// nearlyRestricted makes half of the pods restricted, and sets one container of half of
// those to random values: of purely random pods, restricted admits hardly any.
func nearlyRestricted(r *rand.Rand, pod *corev1.Pod) {
	if r.IntN(2) > 0 {
		return
	}
	makeRestricted(pod)
	if r.IntN(2) > 0 {
		return
	}
	context := oneOf(r, contexts(pod)...)
	random := randomContext(r)()
	random.Capabilities, random.AllowPrivilegeEscalation = (*context).Capabilities, (*context).AllowPrivilegeEscalation
	*context = &random
}

// makeRestricted sets what restricted requires.
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

// TestOfficialFixtures scores the pods with which the library itself is tested: those
// that it admits at restricted are compliant, and those that it denies because of a
// security context are not.
func TestOfficialFixtures(t *testing.T) {
	skipIfShort(t)
	aboutContexts := regexp.MustCompile(`^(allowprivilegeescalation|apparmorprofile|capabilities|privileged|procmount|runasnonroot|runasuser|seccompprofile|selinuxoptions|sysctls|windowshostprocess)`)
	required := restricted()
	files, _ := filepath.Glob(filepath.Join(podSecurityModule(t), "test/testdata/restricted/*/*/*.yaml"))
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
		compliant := result.Failed&required == 0
		name := filepath.Base(file)
		version, verdict := filepath.Base(filepath.Dir(filepath.Dir(file))), filepath.Base(filepath.Dir(file))
		current := admittedBy(t, api.LevelRestricted)(pod) // older versions ask for less
		switch {
		case verdict == "pass" && current && !compliant:
			t.Errorf("%s/%s is admitted, and not compliant: %v", version, name, result.Findings)
		case verdict == "fail" && !current && aboutContexts.MatchString(name) && compliant:
			t.Errorf("%s/%s is denied, and compliant", version, name)
		}
	}
}

// podSecurityModule returns the folder of the library's module, which has its fixtures.
func podSecurityModule(t *testing.T) string {
	t.Helper()
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	if err != nil {
		t.Fatalf("go list does not find the library's module: %v", err)
	}
	return strings.TrimSpace(string(module))
}
