package securitycontext

import (
	"fmt"
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// forRandomPods tests a property of many random pods; with -short it skips the test. A
// failure names the seed of its pod.
func forRandomPods(t *testing.T, property func(t *testing.T, r *rand.Rand, pod *corev1.Pod)) {
	t.Helper()
	skipIfShort(t)
	for seed := range uint64(5000) {
		r := rand.New(rand.NewPCG(seed, 0))
		pod := randomPod(r)
		property(t, r, pod)
		if t.Failed() {
			text, _ := yaml.Marshal(pod)
			t.Fatalf("the random pod of seed %d was:\n%s", seed, text)
		}
	}
}

// skipIfShort skips a test that takes seconds. make mutate runs the short tests first,
// because they find nearly every mutant.
func skipIfShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds; run without -short")
	}
}

// randomPod returns a pod of up to six containers, whose security contexts have each
// field unset, or set to a good or a bad value, all of them often.
func randomPod(r *rand.Rand) *corev1.Pod {
	pod := &corev1.Pod{}
	spec := &pod.Spec
	spec.SecurityContext = maybe(r, func() corev1.PodSecurityContext {
		return corev1.PodSecurityContext{
			RunAsNonRoot:    maybe(r, randomBool(r)),
			RunAsUser:       maybe(r, randomID(r)),
			RunAsGroup:      maybe(r, randomID(r)),
			FSGroup:         maybe(r, randomID(r)),
			SeccompProfile:  maybe(r, randomSeccomp(r)),
			AppArmorProfile: rarely(r, randomAppArmor(r)),
			SELinuxOptions:  rarely(r, randomSELinux(r)),
			WindowsOptions:  rarely(r, randomWindows(r)),
			Sysctls:         oneOf(r, nil, nil, nil, []corev1.Sysctl{{Name: "net.ipv4.tcp_syncookies"}}, []corev1.Sysctl{{Name: "kernel.msgmax"}}),
		}
	})
	spec.HostUsers = rarely(r, randomBool(r))
	spec.OS = rarely(r, func() corev1.PodOS {
		return oneOf(r, corev1.PodOS{Name: corev1.Linux}, corev1.PodOS{Name: corev1.Windows})
	})
	if r.IntN(3) == 0 {
		spec.Volumes = []corev1.Volume{{VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	}
	for i := range r.IntN(3) {
		c := corev1.Container{Name: fmt.Sprint("init", i), SecurityContext: maybe(r, randomContext(r))}
		c.RestartPolicy = maybe(r, func() corev1.ContainerRestartPolicy { return corev1.ContainerRestartPolicyAlways })
		spec.InitContainers = append(spec.InitContainers, c)
	}
	for i := range 1 + r.IntN(3) {
		spec.Containers = append(spec.Containers, corev1.Container{Name: fmt.Sprint("app", i), SecurityContext: maybe(r, randomContext(r))})
	}
	if r.IntN(4) == 0 {
		var c corev1.EphemeralContainer
		c.Name, c.SecurityContext = "debug", maybe(r, randomContext(r))
		spec.EphemeralContainers = append(spec.EphemeralContainers, c)
	}
	if r.IntN(8) == 0 {
		pod.Annotations = map[string]string{
			corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix + "app0": oneOf(r, "runtime/default", "localhost/p", "unconfined"),
		}
	}
	return pod
}

func randomContext(r *rand.Rand) func() corev1.SecurityContext {
	return func() corev1.SecurityContext {
		s := corev1.SecurityContext{
			AllowPrivilegeEscalation: maybe(r, randomBool(r)),
			ReadOnlyRootFilesystem:   maybe(r, randomBool(r)),
			RunAsNonRoot:             maybe(r, randomBool(r)),
			RunAsUser:                maybe(r, randomID(r)),
			RunAsGroup:               maybe(r, randomID(r)),
			Privileged:               rarely(r, randomBool(r)),
			ProcMount:                rarely(r, func() corev1.ProcMountType { return oneOf(r, corev1.DefaultProcMount, corev1.UnmaskedProcMount) }),
			SeccompProfile:           maybe(r, randomSeccomp(r)),
			AppArmorProfile:          rarely(r, randomAppArmor(r)),
			SELinuxOptions:           rarely(r, randomSELinux(r)),
			WindowsOptions:           rarely(r, randomWindows(r)),
		}
		s.Capabilities = maybe(r, func() corev1.Capabilities {
			return corev1.Capabilities{
				Drop: oneOf(r, nil, []corev1.Capability{"ALL"}, []corev1.Capability{"ALL"}, []corev1.Capability{"all"}, []corev1.Capability{"CHOWN"}),
				Add:  oneOf(r, nil, nil, []corev1.Capability{"NET_BIND_SERVICE"}, []corev1.Capability{"CAP_SYS_ADMIN"}, []corev1.Capability{"CHOWN"}),
			}
		})
		return s
	}
}

func randomBool(r *rand.Rand) func() bool { return func() bool { return r.IntN(2) == 0 } }
func randomID(r *rand.Rand) func() int64  { return func() int64 { return oneOf(r, int64(0), 1, 1000) } }

func randomSeccomp(r *rand.Rand) func() corev1.SeccompProfile {
	return func() corev1.SeccompProfile {
		return corev1.SeccompProfile{Type: oneOf(r, corev1.SeccompProfileTypeRuntimeDefault, corev1.SeccompProfileTypeLocalhost, corev1.SeccompProfileTypeUnconfined)}
	}
}

func randomAppArmor(r *rand.Rand) func() corev1.AppArmorProfile {
	return func() corev1.AppArmorProfile {
		return corev1.AppArmorProfile{Type: oneOf(r, corev1.AppArmorProfileTypeRuntimeDefault, corev1.AppArmorProfileTypeLocalhost, corev1.AppArmorProfileTypeUnconfined)}
	}
}

func randomSELinux(r *rand.Rand) func() corev1.SELinuxOptions {
	return func() corev1.SELinuxOptions {
		return corev1.SELinuxOptions{Type: oneOf(r, "", "container_t", "spc_t"), User: oneOf(r, "", "", "system_u")}
	}
}

func randomWindows(r *rand.Rand) func() corev1.WindowsSecurityContextOptions {
	return func() corev1.WindowsSecurityContextOptions {
		return corev1.WindowsSecurityContextOptions{HostProcess: maybe(r, randomBool(r))}
	}
}

func oneOf[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// maybe returns a value two times in three, and nil otherwise.
func maybe[T any](r *rand.Rand, value func() T) *T {
	if r.IntN(3) == 0 {
		return nil
	}
	return new(value())
}

// rarely returns a value one time in eight, and nil otherwise.
func rarely[T any](r *rand.Rand, value func() T) *T {
	if r.IntN(8) > 0 {
		return nil
	}
	return new(value())
}
