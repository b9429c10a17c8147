package terminal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/randfill"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/controlplane"
)

// The names that random pods have, and that random exemptions match.
var (
	namespaces = []string{"shop", "shop-test", "data", "legacy", "lab-1", "lab-2", "kube-system"}
	tiers      = []string{"web", "batch", "legacy"}
	containers = []string{"app", "proxy", "agent", "debugger"}
	images     = []string{"nginx", "registry.example.com/shop/cart:1", "registry.example.com/mesh/proxy@sha256:" + strings.Repeat("0", 64)}
)

func oneOf[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// randomNamespace is stored with a label, or with none.
func randomNamespace(r *rand.Rand, name string) controlplane.Stored {
	stored := controlplane.StoredNamespace(name)
	if is, ok := stored.Object.(*corev1.Namespace); ok && r.IntN(3) > 0 {
		is.Labels["tier"] = oneOf(r, tiers...)
	}
	return stored
}

// randomPod returns a pod of any workload, in any phase, whose security contexts have any
// field. It is stored past the API server, which would refuse some of it.
func randomPod(r *rand.Rand, i int) *corev1.Pod {
	created := time.Now().Add(-time.Duration(r.IntN(5*24*60)) * time.Minute).Truncate(time.Second)
	pod := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: metav1.ObjectMeta{
		Namespace: oneOf(r, namespaces...), Name: fmt.Sprint("pod-", i), UID: types.UID(fmt.Sprint("uid-", i)), CreationTimestamp: metav1.NewTime(created),
		Labels: map[string]string{}, Annotations: map[string]string{},
	}}
	addOwner(r, pod, created)
	pod.Status.Phase = oneOf(r, corev1.PodRunning, corev1.PodRunning, corev1.PodRunning, corev1.PodPending, corev1.PodUnknown, corev1.PodSucceeded, corev1.PodFailed)
	fill := filler(r)
	spec := &pod.Spec
	fill.Fill(&spec.SecurityContext)
	fill.Fill(&spec.HostUsers)
	if r.IntN(5) == 0 {
		spec.OS = &corev1.PodOS{Name: oneOf(r, corev1.Linux, corev1.Windows)}
		pod.Annotations[corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix+"app"] = oneOf(r, "unconfined", "runtime/default", "localhost/x")
	}
	for _, name := range containers {
		c := corev1.Container{Name: name, Image: oneOf(r, images...)}
		if r.IntN(4) > 0 {
			fill.Fill(&c.SecurityContext)
		}
		addContainer(r, spec, &c)
	}
	if r.IntN(2) == 0 {
		spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	}
	return pod
}

// addContainer adds a container to one of the lists of a pod, or to none.
func addContainer(r *rand.Rand, spec *corev1.PodSpec, c *corev1.Container) {
	switch r.IntN(6) {
	case 0:
		spec.InitContainers = append(spec.InitContainers, *c)
	case 1:
		c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		spec.InitContainers = append(spec.InitContainers, *c)
	case 2:
		spec.EphemeralContainers = append(spec.EphemeralContainers, corev1.EphemeralContainer{
			EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: c.Name, Image: c.Image, SecurityContext: c.SecurityContext},
		})
	case 3:
	default:
		spec.Containers = append(spec.Containers, *c)
	}
}

// addOwner gives a pod an owner, from which its workload follows, or none.
func addOwner(r *rand.Rand, pod *corev1.Pod, created time.Time) {
	name := fmt.Sprint(oneOf(r, "cart", "billing", "agent"), "-", r.IntN(4))
	owner := func(apiVersion, kind, name string) {
		pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: name, UID: "owner", Controller: new(r.IntN(20) > 0)}}
	}
	switch r.IntN(8) {
	case 0:
	case 1:
		owner("apps/v1", "StatefulSet", name)
		pod.Labels["leaderworkerset.sigs.k8s.io/name"] = oneOf(r, "", "group", "Not A Name")
	case 2:
		owner("batch/v1", "Job", fmt.Sprint(name, "-", created.Unix()/60-int64(r.IntN(9000))))
	case 3:
		owner(oneOf(r, "v1", "example.com/v1"), oneOf(r, "Pod", "<b>", "Oddity"), oneOf(r, "..", "\u202e"+name, name))
	case 4:
		owner("apps/v1", "DaemonSet", name)
	default:
		owner("apps/v1", "ReplicaSet", name+"-5d8f")
		pod.Labels[oneOf(r, "pod-template-hash", "rollouts-pod-template-hash")] = oneOf(r, "5d8f", "5d8f", "other")
	}
}

// filler fills security contexts with good and bad values.
func filler(r *rand.Rand) *randfill.Filler {
	return randfill.NewWithSeed(r.Int64()).NilChance(0.4).NumElements(0, 2).Funcs(
		func(s *string, _ randfill.Continue) {
			*s = oneOf(r, "", "a", "container_t", "kernel.msgmax", "net.ipv4.tcp_syncookies")
		},
		func(n *int64, _ randfill.Continue) { *n = oneOf[int64](r, 0, 1, 1000) },
		func(x *corev1.Capability, _ randfill.Continue) {
			*x = oneOf[corev1.Capability](r, "ALL", "ALL", "all", "CAP_SYS_ADMIN", "NET_BIND_SERVICE", "CHOWN")
		},
		func(x *corev1.SeccompProfileType, _ randfill.Continue) {
			*x = oneOf[corev1.SeccompProfileType](r, "", "RuntimeDefault", "RuntimeDefault", "Localhost", "Unconfined")
		},
		func(x *corev1.AppArmorProfileType, _ randfill.Continue) {
			*x = oneOf[corev1.AppArmorProfileType](r, "", "RuntimeDefault", "Localhost", "Unconfined")
		},
		func(x *corev1.ProcMountType, _ randfill.Continue) {
			*x = oneOf[corev1.ProcMountType](r, "Default", "Unmasked")
		},
	)
}

// randomConfiguration returns a Configuration with random exemptions.
func randomConfiguration(r *rand.Rand) string {
	var text strings.Builder
	fmt.Fprintf(&text, "apiVersion: podscore.io/v1alpha1\nkind: Configuration\nchecks: {%s: {required: %t}}\nexemptions:\n", randomCheck(r), r.IntN(2) == 0)
	for i := range 2 + r.IntN(8) {
		fmt.Fprintf(&text, "- {name: number-%d, reason: a, %s, checks: [%s]", i,
			oneOf(r, "everywhere: true", "namespaces: [shop]", "namespaces: [lab-*, data]", "namespaceSelector: {matchLabels: {tier: "+oneOf(r, tiers...)+"}}",
				"namespaceSelector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}"),
			oneOf(r, "all", randomCheck(r), randomCheck(r)))
		if r.IntN(2) == 0 {
			fmt.Fprint(&text, ", workloads: [", oneOf(r, "Deployment/cart-*", "StatefulSet/agent-1", "CronJob/*", "Pod/*"), "]")
		}
		if r.IntN(2) == 0 {
			fmt.Fprint(&text, ", containers: [{", oneOf(r, "name: app", "name: a*", "image: nginx", "image: registry.example.com/**", "class: sidecar", "class: ephemeral"), "}]")
		}
		if r.IntN(5) == 0 {
			fmt.Fprint(&text, ", expires: 2020-01-01")
		}
		text.WriteString("}\n")
	}
	return text.String()
}

func randomCheck(r *rand.Rand) string { return oneOf(r, securitycontext.Checks()...).ID }
