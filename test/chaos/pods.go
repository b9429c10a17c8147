package chaos

import (
	"fmt"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/podscore/podscore/test/harness"
)

// randomPod returns a pod with random security contexts and a random owner. The API
// server refuses some of them; then the caller has to try another one.
func randomPod(r *rand.Rand, namespace, name string) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{}}}
	addOwner(r, pod)
	spec := &pod.Spec
	if r.IntN(3) == 0 { // compliant
		secure(spec)
	} else {
		spec.SecurityContext = maybe(r, func() corev1.PodSecurityContext {
			return corev1.PodSecurityContext{
				RunAsNonRoot: maybe(r, randomBool(r)), RunAsUser: maybe(r, randomID(r)), RunAsGroup: maybe(r, randomID(r)),
				FSGroup: maybe(r, randomID(r)), SeccompProfile: maybe(r, randomSeccomp(r)), SELinuxOptions: rarely(r, randomSELinux(r)),
			}
		})
		for i := range r.IntN(2) {
			c := corev1.Container{Name: fmt.Sprint("init", i), Image: "init", SecurityContext: maybe(r, randomContext(r))}
			c.RestartPolicy = rarely(r, func() corev1.ContainerRestartPolicy { return corev1.ContainerRestartPolicyAlways })
			spec.InitContainers = append(spec.InitContainers, c)
		}
		for i := range 1 + r.IntN(2) {
			spec.Containers = append(spec.Containers, corev1.Container{Name: fmt.Sprint("app", i), Image: "app", SecurityContext: maybe(r, randomContext(r))})
		}
	}
	if r.IntN(3) == 0 {
		spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	}
	switch r.IntN(12) {
	case 0:
		spec.HostUsers = new(false)
	case 3, 4, 5: // on a node, so that it stays while it terminates
		spec.NodeName = "node"
	case 1: // a mirror pod
		pod.OwnerReferences, spec.NodeName = nil, "node"
		pod.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "hash"}
	case 2:
		spec.OS = &corev1.PodOS{Name: corev1.Windows}
		spec.SecurityContext, spec.InitContainers = nil, nil
		for i := range spec.Containers {
			spec.Containers[i].SecurityContext = maybe(r, randomWindows(r))
		}
	}
	return pod
}

// addOwner sets a pod's owner to one of a few, so that workloads have several pods.
func addOwner(r *rand.Rand, pod *corev1.Pod) {
	name := fmt.Sprint("workload-", r.IntN(4))
	owner := metav1.OwnerReference{APIVersion: "apps/v1", Controller: new(true), UID: types.UID("owner")}
	switch r.IntN(12) {
	case 0:
		return
	case 8: // a number that is not a scheduled time, or one that is
		owner.APIVersion, owner.Kind, owner.Name = "batch/v1", "Job", fmt.Sprint(name, "-", oneOf(r, 48213377, time.Now().Unix()/60))
	case 9: // a group of a LeaderWorkerSet
		owner.Kind, owner.Name = "StatefulSet", fmt.Sprint(name, "-", r.IntN(3))
		pod.Labels["leaderworkerset.sigs.k8s.io/name"] = name
	case 10: // text that is not a valid name
		owner.Kind, owner.Name = oneOf(r, "<!channel>", "Oddity"), oneOf(r, "https://example.com", "\u202e"+name)
	case 1:
		owner.Kind, owner.Name = "StatefulSet", name
	case 2:
		owner.Kind, owner.Name = "DaemonSet", name
	case 3:
		owner.APIVersion, owner.Kind, owner.Name = "batch/v1", "Job", name
	case 4:
		owner.APIVersion, owner.Kind, owner.Name = "batch/v1", "Job", name+"-29123456"
	case 5:
		owner.Kind, owner.Name = "ReplicaSet", name
	case 6:
		owner.Kind, owner.Name = "ReplicaSet", name+"-5d8f"
		pod.Labels["rollouts-pod-template-hash"] = "5d8f"
	default:
		hash := oneOf(r, "6c9d", "7f4b")
		owner.Kind, owner.Name = "ReplicaSet", name+"-"+hash
		pod.Labels["pod-template-hash"] = hash
	}
	pod.OwnerReferences = []metav1.OwnerReference{owner}
}

// secure gives a pod one container, and makes it pass every check.
func secure(spec *corev1.PodSpec) {
	spec.Containers = []corev1.Container{{Name: "app0", Image: "app"}}
	harness.Secure(spec)
	spec.SecurityContext.FSGroup = new(int64(1000))
}

func randomContext(r *rand.Rand) func() corev1.SecurityContext {
	return func() corev1.SecurityContext {
		return corev1.SecurityContext{
			AllowPrivilegeEscalation: maybe(r, randomBool(r)),
			ReadOnlyRootFilesystem:   maybe(r, randomBool(r)),
			RunAsNonRoot:             maybe(r, randomBool(r)),
			RunAsUser:                maybe(r, randomID(r)),
			RunAsGroup:               maybe(r, randomID(r)),
			Privileged:               rarely(r, randomBool(r)),
			SeccompProfile:           maybe(r, randomSeccomp(r)),
			SELinuxOptions:           rarely(r, randomSELinux(r)),
			Capabilities: maybe(r, func() corev1.Capabilities {
				return corev1.Capabilities{
					Drop: oneOf(r, nil, []corev1.Capability{"ALL"}, []corev1.Capability{"ALL"}, []corev1.Capability{"all"}, []corev1.Capability{"CHOWN"}),
					Add:  oneOf(r, nil, nil, []corev1.Capability{"NET_BIND_SERVICE"}, []corev1.Capability{"SYS_ADMIN"}),
				}
			}),
		}
	}
}

func randomBool(r *rand.Rand) func() bool { return func() bool { return r.IntN(2) == 0 } }
func randomID(r *rand.Rand) func() int64  { return func() int64 { return oneOf(r, int64(0), 1, 1000) } }

func randomSeccomp(r *rand.Rand) func() corev1.SeccompProfile {
	return func() corev1.SeccompProfile {
		return corev1.SeccompProfile{Type: oneOf(r, corev1.SeccompProfileTypeRuntimeDefault, corev1.SeccompProfileTypeUnconfined)}
	}
}

func randomSELinux(r *rand.Rand) func() corev1.SELinuxOptions {
	return func() corev1.SELinuxOptions {
		return corev1.SELinuxOptions{Type: oneOf(r, "container_t", "spc_t"), User: oneOf(r, "", "system_u")}
	}
}

func randomWindows(r *rand.Rand) func() corev1.SecurityContext {
	return func() corev1.SecurityContext {
		return corev1.SecurityContext{
			RunAsNonRoot:   maybe(r, randomBool(r)),
			WindowsOptions: &corev1.WindowsSecurityContextOptions{RunAsUserName: new("ContainerUser")},
		}
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
