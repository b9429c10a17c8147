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
	return evaluating(t, level, policy.DefaultChecks())
}

// evaluating asks some of the library's checks, in their latest version.
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

// restricted are the checks that the preset of that name requires, as a test of
// policy holds it to.
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

// twins are checks of the library that ask what one of ours does.
var twins = []struct {
	id     string
	theirs policy.Check
	// both is false where theirs denies more: a value at the pod's level that
	// every container overrides and that runs nowhere, and with capabilities
	// what our capabilities-drop-all asks.
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

// TestTwins: no check fails a Linux pod that its twin admits, and where both ask
// exactly the same, none passes what its twin denies.
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

// nearlyRestricted gives half of the pods what restricted asks for, and half of
// those one random container: left to chance alone, restricted admits hardly any.
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
// a security context are not.
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

// podSecurityModule returns the folder of the library's module, in which its own
// fixtures lie.
func podSecurityModule(t *testing.T) string {
	t.Helper()
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	if err != nil {
		t.Fatalf("go list does not find the library's module: %v", err)
	}
	return strings.TrimSpace(string(module))
}
