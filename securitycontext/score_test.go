package securitycontext

import (
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

const (
	barePod = `{containers: [{name: app, image: nginx}]}`

	securePod = `
securityContext: {runAsUser: 1000, runAsGroup: 3000, runAsNonRoot: true, fsGroup: 2000, seccompProfile: {type: RuntimeDefault}}
containers:
- name: app
  image: nginx
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}`
)

// TestDisagreements has the cases in which other tools judge otherwise.
func TestDisagreements(t *testing.T) {
	for _, c := range []struct{ name, check, pod, want string }{
		{"pod runAsNonRoot false, every container true", "run-as-non-root", `{securityContext: {runAsNonRoot: false}, containers: [{name: a, securityContext: {runAsNonRoot: true}}]}`, "pass"},
		{"pod true, one container false", "run-as-non-root", `{securityContext: {runAsNonRoot: true}, containers: [{name: a}, {name: b, securityContext: {runAsNonRoot: false}}]}`, "explicit-false(b)"},
		{"pod runAsUser 0, every container above 0", "run-as-user", `{securityContext: {runAsUser: 0}, containers: [{name: a, securityContext: {runAsUser: 1}}]}`, "pass"},
		{"pod runAsUser 0, every container above 0: the guard", "run-as-user-zero", `{securityContext: {runAsUser: 0}, containers: [{name: a, securityContext: {runAsUser: 1}}]}`, "pass"},
		{"uid below 10000", "run-as-user", `{securityContext: {runAsUser: 999}, containers: [{name: a}]}`, "pass"},
		{"fsGroup unset, no volume", "fs-group", barePod, "not applicable"},
		{"pod Unconfined, every container RuntimeDefault", "seccomp-profile", `{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: a, securityContext: {seccompProfile: {type: RuntimeDefault}}}]}`, "pass"},
		{"explicit Unconfined", "seccomp-profile", `{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: a}]}`, "unconfined(a)"},
		{"escalation unset", "allow-privilege-escalation", `{containers: [{name: a, securityContext: {runAsNonRoot: true}}]}`, "missing(a)"},
		{"escalation only in an init container", "allow-privilege-escalation", `{initContainers: [{name: i, securityContext: {allowPrivilegeEscalation: true}}], containers: [{name: a, securityContext: {allowPrivilegeEscalation: false}}]}`, "explicit-true(i)"},
		{"drop: [all]", "capabilities-drop-all", `{containers: [{name: a, securityContext: {capabilities: {drop: [all]}}}]}`, "pass non-canonical-case(a)"},
		{"Windows pod without Linux fields", "capabilities-drop-all", `{os: {name: windows}, containers: [{name: a}]}`, "not applicable"},
		{"hostUsers false, root inside", "run-as-user-zero", `{hostUsers: false, securityContext: {runAsUser: 0}, containers: [{name: a}]}`, "not applicable"},
		{"bad ephemeral container", "privileged", `{containers: [{name: a}], ephemeralContainers: [{name: debug, securityContext: {privileged: true}}]}`, "privileged(debug)"},
		{"container {}, pod context set", "container-security-context", `{securityContext: {runAsNonRoot: true}, containers: [{name: a, securityContext: {}}]}`, "empty(a)"},
		{"bad seLinuxOptions for the pod, containers with their own", "selinux-options", `{securityContext: {seLinuxOptions: {type: spc_t}}, containers: [{name: a, securityContext: {seLinuxOptions: {type: container_t}}}]}`, "custom-type()"},
		{"unsafe sysctls", "sysctls", `{securityContext: {sysctls: [{name: kernel.msgmax, value: "1"}]}, containers: [{name: a}]}`, "unsafe()"},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := slices.IndexFunc(checks[:], func(other Check) bool { return other.ID == c.check })
			if got := describe(Score(FromPod(parsePod(t, c.pod))), check); got != c.want {
				t.Errorf("%s says %q, want %q", c.check, got, c.want)
			}
		})
	}
}

func TestApplicability(t *testing.T) {
	applicable := func(spec string) []string {
		result := Score(FromPod(parsePod(t, spec)))
		return ids(allChecks &^ result.NotApplicable)
	}
	windows := []string{"run-as-non-root", "pod-security-context", "windows-host-process"}
	for _, c := range []struct {
		name, pod string
		want      []string
	}{
		{"Windows by its operating system", `{os: {name: windows}, containers: [{name: app}]}`, windows},
		{"Windows by its node selector", `{nodeSelector: {kubernetes.io/os: windows}, containers: [{name: app}]}`, windows},
		{"Linux by its operating system, whatever the selector", `{os: {name: linux}, nodeSelector: {kubernetes.io/os: windows}, containers: [{name: app}]}`, ids(allChecks &^ setOf("fs-group"))},
		{"Linux, no volume", barePod, ids(allChecks &^ setOf("fs-group"))},
		{"no container at all: nothing to judge but the pod", `{containers: []}`, []string{"pod-security-context", "selinux-options", "sysctls"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := applicable(c.pod); !slices.Equal(got, c.want) {
				t.Errorf("applicable: %v\nwant:       %v", got, c.want)
			}
		})
	}
	for phase, want := range map[corev1.PodPhase]bool{
		corev1.PodSucceeded: true, corev1.PodFailed: true,
		corev1.PodPending: false, corev1.PodRunning: false, corev1.PodUnknown: false, "": false,
	} {
		pod := parsePod(t, barePod)
		pod.Status.Phase = phase
		result := Score(FromPod(pod))
		if result.Finished != want {
			t.Errorf("phase %q: finished is %t, want %t", phase, result.Finished, want)
		}
		if passes := result.Passed() != 0; passes == want {
			t.Errorf("phase %q: passes something is %t: %v", phase, passes, ids(result.Passed()))
		}
	}
}

func TestFindingString(t *testing.T) {
	pod := `{initContainers: [{name: proxy, restartPolicy: Always, securityContext: {privileged: true}}, {name: setup, securityContext: {privileged: true}}], containers: [{name: app, securityContext: {privileged: true}}], ephemeralContainers: [{name: debug, securityContext: {privileged: true}}]}`
	result := Score(FromPod(parsePod(t, pod)))
	var lines []string
	for _, finding := range result.Findings {
		if id := checks[finding.Check].ID; id == "privileged" || id == "pod-security-context" {
			lines = append(lines, finding.String())
		}
	}
	want := []string{
		"pod-security-context: empty (pod)",
		"privileged: privileged (sidecar container proxy)",
		"privileged: privileged (init container setup)",
		"privileged: privileged (regular container app)",
		"privileged: privileged (ephemeral container debug)",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got  %q\nwant %q", lines, want)
	}
}

func TestListOfChecks(t *testing.T) {
	seen := map[string]bool{}
	guards := false
	for i, check := range checks {
		switch {
		case check.ID == "" || seen[check.ID]:
			t.Errorf("check %d: its id %q is empty or taken", i, check.ID)
		case check.Weight <= 0:
			t.Errorf("%s: weight %d is not above 0", check.ID, check.Weight)
		case check.Severity.Rank() < 0:
			t.Errorf("%s: unknown severity %q", check.ID, check.Severity)
		case check.Passes == "" || len(check.Reasons) == 0 || check.evaluate == nil:
			t.Errorf("%s: Passes, Reasons and evaluate must be set", check.ID)
		case check.UserNamespace && check.Scope == ScopePod:
			t.Errorf("%s: UserNamespace has no effect with ScopePod: let evaluate return notApplicable", check.ID)
		case guards && !check.Guard:
			t.Errorf("%s: core checks stand before the guards", check.ID)
		}
		seen[check.ID] = true
		guards = check.Guard
	}
}

// TestChecksIsACopy: the caller of Checks may change the slice.
func TestChecksIsACopy(t *testing.T) {
	list := Checks()
	if len(list) != NumChecks || list[NumChecks-1].ID != checks[NumChecks-1].ID {
		t.Fatalf("the list has %d checks, want %d", len(list), NumChecks)
	}
	list[0].ID = "changed"
	if checks[0].ID == "changed" {
		t.Error("a change of the list changes the checks")
	}
}

func TestSeverityRank(t *testing.T) {
	for i, severity := range []Severity{Low, Medium, High, Critical} {
		if severity.Rank() != i {
			t.Errorf("%s has rank %d, want %d", severity, severity.Rank(), i)
		}
	}
}

// TestEmptyKnowsEveryField fails if the API has a field that empty.go does not compare,
// or if empty.go differs from apimachinery's comparison.
func TestEmptyKnowsEveryField(t *testing.T) {
	eachField(t, func(s *corev1.PodSecurityContext) bool { return emptyPodContext(s) })
	eachField(t, func(s *corev1.SecurityContext) bool { return emptyContainerContext(s) })
}

func eachField[T any](t *testing.T, empty func(*T) bool) {
	t.Helper()
	var zero T
	if !empty(nil) || !empty(&zero) {
		t.Errorf("%T: absent and {} must be empty", zero)
	}
	for i := range reflect.TypeFor[T]().NumField() {
		field := reflect.TypeFor[T]().Field(i)
		var set, hollow T
		switch value := reflect.ValueOf(&set).Elem().Field(i); field.Type.Kind() {
		case reflect.Pointer:
			value.Set(reflect.New(field.Type.Elem()))
		case reflect.Slice:
			value.Set(reflect.MakeSlice(field.Type, 1, 1))
			reflect.ValueOf(&hollow).Elem().Field(i).Set(reflect.MakeSlice(field.Type, 0, 0))
		default:
			t.Fatalf("%T.%s is a %s: teach this test and empty.go about it", zero, field.Name, field.Type)
		}
		for _, value := range []T{set, hollow} {
			if want := equality.Semantic.DeepEqual(value, zero); empty(&value) != want {
				t.Errorf("%T with only %s: empty is %t, want %t; add the field to empty.go", zero, field.Name, !want, want)
			}
		}
	}
}
