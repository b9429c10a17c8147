package securitycontext

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// outcome is what must not change: which checks fail and which do not apply.
type outcome struct{ failed, notApplicable CheckSet }

func outcomeOf(pod *corev1.Pod) outcome {
	result := Score(FromPod(pod))
	return outcome{result.Failed, result.NotApplicable}
}

func (o outcome) String() string {
	return fmt.Sprintf("fails %v, not applicable %v", ids(o.failed), ids(o.notApplicable))
}

func TestEmptyContextsAreAbsentContexts(t *testing.T) {
	forRandomPods(t, func(t *testing.T, _ *rand.Rand, pod *corev1.Pod) {
		other := pod.DeepCopy()
		// The API server sets {} at the pod's level, but not at a container's.
		if other.Spec.SecurityContext == nil {
			other.Spec.SecurityContext = &corev1.PodSecurityContext{}
		}
		for _, context := range contexts(other) {
			if *context == nil {
				*context = &corev1.SecurityContext{}
			}
		}
		if before, after := outcomeOf(pod), outcomeOf(other); before != after {
			t.Errorf("absent: %v\nempty:  %v", before, after)
		}
	})
}

// contexts returns pointers to the security contexts of all containers of a pod.
func contexts(pod *corev1.Pod) []**corev1.SecurityContext {
	var all []**corev1.SecurityContext
	for i := range pod.Spec.InitContainers {
		all = append(all, &pod.Spec.InitContainers[i].SecurityContext)
	}
	for i := range pod.Spec.Containers {
		all = append(all, &pod.Spec.Containers[i].SecurityContext)
	}
	for i := range pod.Spec.EphemeralContainers {
		all = append(all, &pod.Spec.EphemeralContainers[i].SecurityContext)
	}
	return all
}

// The settings that the control asks for, at either level.
var (
	goodPodSettings = []func(*corev1.PodSecurityContext){
		func(s *corev1.PodSecurityContext) { s.RunAsNonRoot = new(true) },
		func(s *corev1.PodSecurityContext) { s.RunAsUser = new(int64(1000)) },
		func(s *corev1.PodSecurityContext) { s.RunAsGroup = new(int64(1000)) },
		func(s *corev1.PodSecurityContext) { s.FSGroup = new(int64(1000)) },
		func(s *corev1.PodSecurityContext) {
			s.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}
		},
		func(s *corev1.PodSecurityContext) {
			s.AppArmorProfile = &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeRuntimeDefault}
		},
		func(s *corev1.PodSecurityContext) { s.SELinuxOptions = &corev1.SELinuxOptions{Type: "container_t"} },
	}
	goodContainerSettings = []func(*corev1.SecurityContext){
		func(s *corev1.SecurityContext) { s.AllowPrivilegeEscalation = new(false) },
		func(s *corev1.SecurityContext) { s.ReadOnlyRootFilesystem = new(true) },
		func(s *corev1.SecurityContext) { s.Privileged = new(false) },
		func(s *corev1.SecurityContext) {
			s.Capabilities = &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}
		},
		func(s *corev1.SecurityContext) { s.RunAsNonRoot = new(true) },
		func(s *corev1.SecurityContext) { s.RunAsUser = new(int64(1000)) },
		func(s *corev1.SecurityContext) { s.RunAsGroup = new(int64(1000)) },
		func(s *corev1.SecurityContext) { s.ProcMount = new(corev1.DefaultProcMount) },
		func(s *corev1.SecurityContext) {
			s.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeLocalhost}
		},
	}
)

func TestGoodSettingsNeverCost(t *testing.T) {
	forRandomPods(t, func(t *testing.T, r *rand.Rand, pod *corev1.Pod) {
		better := pod.DeepCopy()
		var setting int
		if r.IntN(2) == 0 {
			if better.Spec.SecurityContext == nil {
				better.Spec.SecurityContext = &corev1.PodSecurityContext{}
			}
			setting = r.IntN(len(goodPodSettings))
			goodPodSettings[setting](better.Spec.SecurityContext)
		} else {
			context := oneOf(r, contexts(better)...)
			if *context == nil {
				*context = &corev1.SecurityContext{}
			}
			setting = r.IntN(len(goodContainerSettings))
			goodContainerSettings[setting](*context)
		}
		// No further check may fail, and none that passed may stop to apply: either would lower the score.
		before, after := outcomeOf(pod), outcomeOf(better)
		if worse := after.failed&^before.failed | after.notApplicable&^before.notApplicable&^before.failed; worse != 0 {
			t.Errorf("good setting %d makes %v worse:\nbefore: %v\nafter:  %v", setting, ids(worse), before, after)
		}
	})
}

func TestOrderAndNamesDoNotMatter(t *testing.T) {
	forRandomPods(t, func(t *testing.T, r *rand.Rand, pod *corev1.Pod) {
		pod.Annotations = nil // the AppArmor annotation has the container's name
		before := outcomeOf(pod)
		other := pod.DeepCopy()
		r.Shuffle(len(other.Spec.InitContainers), reflect.Swapper(other.Spec.InitContainers))
		r.Shuffle(len(other.Spec.Containers), reflect.Swapper(other.Spec.Containers))
		for i := range other.Spec.Containers {
			other.Spec.Containers[i].Name = fmt.Sprint("renamed", i)
		}
		if after := outcomeOf(other); before != after {
			t.Errorf("before: %v\nafter:  %v", before, after)
		}
	})
}

func TestStatusDoesNotMatter(t *testing.T) {
	forRandomPods(t, func(t *testing.T, _ *rand.Rand, pod *corev1.Pod) {
		before := outcomeOf(pod)
		pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, PodIP: "10.0.0.1", ContainerStatuses: []corev1.ContainerStatus{{Name: "app0"}}}
		pod.DeletionTimestamp = &pod.CreationTimestamp
		if after := outcomeOf(pod); before != after {
			t.Errorf("before: %v\nafter:  %v", before, after)
		}
	})
}

func TestOneBadContainerOfAnyClassFails(t *testing.T) {
	for id, fixture := range fixtures {
		check := slices.IndexFunc(checks[:], func(c Check) bool { return c.ID == id })
		if checks[check].Scope == ScopePod {
			continue
		}
		t.Run(id, func(t *testing.T) {
			good, bad := goodPod("good"), goodPod("bad")
			fixture.pass(good)
			fixture.fail(bad)
			// Move the settings of the failing pod to its container, which is put beside good ones.
			app := bad.Spec.Containers[0]
			app.Name = "bad"
			if app.SecurityContext != nil || checks[check].Scope == ScopeEffective {
				app.SecurityContext = merged(bad.Spec.SecurityContext, app.SecurityContext)
			}
			good.Spec.OS, good.Spec.HostUsers = bad.Spec.OS, bad.Spec.HostUsers
			for i := range good.Spec.Containers {
				good.Spec.Containers[i].SecurityContext = merged(good.Spec.SecurityContext, good.Spec.Containers[i].SecurityContext)
			}
			good.Spec.SecurityContext = nil

			for class, place := range map[Class]func(*corev1.PodSpec){
				Regular: func(s *corev1.PodSpec) { s.Containers = append(s.Containers, app) },
				Init:    func(s *corev1.PodSpec) { s.InitContainers = append(s.InitContainers, app) },
				Sidecar: func(s *corev1.PodSpec) {
					sidecar := app
					sidecar.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
					s.InitContainers = append(s.InitContainers, sidecar)
				},
				Ephemeral: func(s *corev1.PodSpec) {
					s.EphemeralContainers = append(s.EphemeralContainers, corev1.EphemeralContainer{
						EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: app.Name, SecurityContext: app.SecurityContext},
					})
				},
			} {
				pod := good.DeepCopy()
				place(&pod.Spec)
				result := Score(FromPod(pod))
				found := slices.ContainsFunc(result.Findings, func(f Finding) bool {
					return f.Check == check && f.Container == "bad" && f.Class == class
				})
				if !result.Failed.Has(check) || !found {
					t.Errorf("a bad %s container does not fail %s: %v", class, id, result.Findings)
				}
			}
		})
	}
}

// merged returns the container's security context with the pod's values set in it.
func merged(pod *corev1.PodSecurityContext, container *corev1.SecurityContext) *corev1.SecurityContext {
	m := container.DeepCopy()
	if m == nil {
		m = &corev1.SecurityContext{}
	}
	if pod != nil {
		m.RunAsNonRoot, m.RunAsUser, m.RunAsGroup = pod.RunAsNonRoot, pod.RunAsUser, pod.RunAsGroup
		m.SeccompProfile, m.AppArmorProfile = pod.SeccompProfile, pod.AppArmorProfile
		m.SELinuxOptions, m.WindowsOptions = pod.SELinuxOptions, pod.WindowsOptions
	}
	return m
}

func TestPodLevelEqualsEveryContainer(t *testing.T) {
	inherited := []string{"run-as-non-root", "run-as-user", "run-as-group", "run-as-user-zero", "seccomp-profile", "apparmor-profile"}
	forRandomPods(t, func(t *testing.T, r *rand.Rand, pod *corev1.Pod) {
		pod.Annotations = nil // the AppArmor annotation has precedence over the pod's field
		context := randomContext(r)()
		for _, own := range contexts(pod) {
			if *own != nil {
				(*own).RunAsNonRoot, (*own).RunAsUser, (*own).RunAsGroup = nil, nil, nil
				(*own).SeccompProfile, (*own).AppArmorProfile = nil, nil
			}
		}
		atPod, atContainers := pod.DeepCopy(), pod.DeepCopy()
		atPod.Spec.SecurityContext = &corev1.PodSecurityContext{
			RunAsNonRoot: context.RunAsNonRoot, RunAsUser: context.RunAsUser, RunAsGroup: context.RunAsGroup,
			SeccompProfile: context.SeccompProfile, AppArmorProfile: context.AppArmorProfile,
		}
		atContainers.Spec.SecurityContext = nil
		for _, own := range contexts(atContainers) {
			if *own == nil {
				*own = &corev1.SecurityContext{}
			}
			(*own).RunAsNonRoot, (*own).RunAsUser, (*own).RunAsGroup = context.RunAsNonRoot, context.RunAsUser, context.RunAsGroup
			(*own).SeccompProfile, (*own).AppArmorProfile = context.SeccompProfile, context.AppArmorProfile
		}
		a, b := outcomeOf(atPod), outcomeOf(atContainers)
		for i := range checks {
			if slices.Contains(inherited, checks[i].ID) && (a.failed.Has(i) != b.failed.Has(i) || a.notApplicable.Has(i) != b.notApplicable.Has(i)) {
				t.Errorf("%s: at the pod %v\nat every container %v", checks[i].ID, a, b)
			}
		}
	})
}

// TestResultIsConsistent tests what callers of Score rely on.
func TestResultIsConsistent(t *testing.T) {
	forRandomPods(t, func(t *testing.T, _ *rand.Rand, pod *corev1.Pod) { checkResult(t, pod) })
}

func checkResult(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	before, _ := json.Marshal(pod)
	p := FromPod(pod)
	result := Score(p)
	if after, _ := json.Marshal(pod); string(before) != string(after) {
		t.Fatal("Score changed the pod that it was given")
	}
	if again := Score(p); !reflect.DeepEqual(result, again) {
		t.Fatalf("the second call says something else: %+v, then %+v", result, again)
	}
	var found CheckSet
	for _, finding := range result.Findings {
		found = found.With(finding.Check)
		if !slices.Contains(checks[finding.Check].Reasons, finding.Reason) {
			t.Errorf("%v: not one of the check's reasons %v", finding, checks[finding.Check].Reasons)
		}
		if finding.Container != "" && checks[finding.Check].Scope == ScopePod {
			t.Errorf("%v: names a container, and the check looks at the pod", finding)
		}
	}
	if found != result.Failed || result.Failed&result.NotApplicable != 0 {
		t.Errorf("findings for %v, failed %v, not applicable %v", ids(found), ids(result.Failed), ids(result.NotApplicable))
	}
}
