package verdicts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/randfill"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/sparse"
	"github.com/podscore/podscore/terminal/manifests"
)

const exemptions = `apiVersion: podscore.io/v1alpha1
kind: Configuration
exemptions:
- {name: a-in-shop, reason: a, namespaces: [shop], workloads: [Deployment/cart, Pod/*], containers: [{name: a}], checks: [run-as-non-root, privileged, capabilities-drop-all, seccomp-profile]}
- {name: init, reason: a, everywhere: true, containers: [{class: init}], checks: [all]}
- {name: of-pods, reason: a, namespaces: [shop], checks: [sysctls, selinux-options, fs-group]}
- {name: ended, reason: a, expires: 2020-01-01, everywhere: true, checks: [all]}
- {name: out, reason: a, namespaces: [lab-*], checks: [all]}
`

// TestAgreesWithTheController: for random pods, as manifests and as the templates of
// Deployments, the verdict is the controller's, which reads the same pods from an API
// server.
func TestAgreesWithTheController(t *testing.T) {
	by := policyOf(t, exemptions)
	judge := NewJudge(by)
	for seed := range int64(500) {
		pod := randomPod(seed)
		want := controllers(t, by, pod)
		if got, scored := judge.Object(read(t, pod)); !scored || story(&got) != want {
			fail(t, seed, pod, story(&got), want)
		}
		if len(pod.Spec.EphemeralContainers) > 0 {
			continue // no template has such containers
		}
		made := pod.DeepCopy()
		made.Labels = map[string]string{"pod-template-hash": "5d9c"}
		made.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "cart-5d9c", Controller: new(true)}}
		want = controllers(t, by, made)
		deployment := &appsv1.Deployment{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}, ObjectMeta: metav1.ObjectMeta{Name: "cart", Namespace: pod.Namespace}}
		deployment.Spec.Template = corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Annotations: pod.Annotations}, Spec: pod.Spec}
		if got, scored := judge.Object(read(t, deployment)); !scored || story(&got) != want {
			fail(t, seed, deployment, story(&got), want)
		}
	}
}

func fail(t *testing.T, seed int64, object any, got, want string) {
	t.Helper()
	text, _ := yaml.Marshal(object)
	t.Fatalf("seed %d: the terminal says\n%s\nand the controller\n%s\nof\n%s", seed, got, want, text)
}

func policyOf(t *testing.T, text string) policy.Policy {
	t.Helper()
	file := t.TempDir() + "/configuration.yaml"
	write(t, file, text)
	set, wrong := configuration.Read(time.Now(), configuration.Options{}, file)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	by, err := set.Policy("")
	if err != nil {
		t.Fatal(err)
	}
	by, _ = by.At(time.Now())
	return by
}

// controllers returns the controller's verdict on a pod, which it reads in the API
// server's encoding.
func controllers(t *testing.T, by policy.Policy, pod *corev1.Pod) string {
	t.Helper()
	wire, err := pod.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var is sparse.Pod
	if err := is.Unmarshal(wire); err != nil {
		t.Fatal(err)
	}
	facts := is.Facts()
	j := by.Judge(policy.Namespace{Name: pod.Namespace}, is.Workload(), facts)
	v := Verdict{Workload: is.Workload(), Points: j.Points, Status: j.Status, Out: j.Out, Failed: facts.Failed, NotApplicable: facts.NotApplicable, Exempt: j.Exempt}
	for _, excuse := range j.Excuses {
		v.Exemptions = append(v.Exemptions, by.Exemptions()[excuse.Exemption].Name)
	}
	return story(&v)
}

// story tells all of a verdict that the controller knows.
func story(v *Verdict) string {
	return fmt.Sprintf("%v %+v %v %v %b %b %b %v", v.Workload, v.Points, v.Status, v.Out, v.Failed, v.NotApplicable, v.Exempt, v.Exemptions)
}

// read reads an object as a manifest, in YAML or JSON.
func read(t *testing.T, object any) *manifests.Object {
	t.Helper()
	text, err := json.Marshal(object)
	if err == nil && len(text)%2 == 0 {
		text, err = yaml.JSONToYAML(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := manifests.Reader{Stdin: strings.NewReader(string(text))}
	for doc := range r.Read(manifests.Stdin) {
		if len(doc.Errors)+len(doc.Warnings) > 0 || len(doc.Objects) != 1 {
			t.Fatalf("%v %v %d objects of\n%s", doc.Errors, doc.Warnings, len(doc.Objects), text)
		}
		return doc.Objects[0]
	}
	t.Fatalf("no document in\n%s", text)
	return nil
}

// randomPod returns a pod whose security contexts have any field, with good and bad values.
func randomPod(seed int64) *corev1.Pod {
	fill := randfill.NewWithSeed(seed).NilChance(0.5).NumElements(0, 2).Funcs(
		func(s *string, c randfill.Continue) {
			*s = oneOf(c, "", "a", "container_t", "kernel.msgmax", "net.ipv4.tcp_syncookies")
		},
		func(n *int64, c randfill.Continue) { *n = oneOf[int64](c, 0, 1, 1000) },
		func(x *corev1.Capability, c randfill.Continue) {
			*x = oneOf[corev1.Capability](c, "ALL", "all", "CAP_SYS_ADMIN", "NET_BIND_SERVICE", "CHOWN")
		},
		func(x *corev1.SeccompProfileType, c randfill.Continue) {
			*x = oneOf[corev1.SeccompProfileType](c, "", "RuntimeDefault", "Localhost", "Unconfined")
		},
		func(x *corev1.AppArmorProfileType, c randfill.Continue) {
			*x = oneOf[corev1.AppArmorProfileType](c, "", "RuntimeDefault", "Localhost", "Unconfined")
		},
		func(x *corev1.ProcMountType, c randfill.Continue) {
			*x = oneOf[corev1.ProcMountType](c, "Default", "Unmasked")
		},
		func(x *corev1.OSName, c randfill.Continue) { *x = oneOf[corev1.OSName](c, "linux", "windows") },
		func(x *corev1.ContainerRestartPolicy, _ randfill.Continue) { *x = corev1.ContainerRestartPolicyAlways },
	)
	pod := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}}
	pod.Namespace, pod.Name = []string{"shop", "lab-1", "data"}[seed%3], fmt.Sprint("pod-", seed)
	fill.Fill(&pod.Spec.SecurityContext)
	fill.Fill(&pod.Spec.HostUsers)
	if seed%7 == 0 {
		fill.Fill(&pod.Spec.OS)
		pod.Annotations = map[string]string{corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix + "a": "unconfined"}
	}
	for i, name := range []string{"a", "b", "c", "d"} {
		c := corev1.Container{Name: name, Image: "nginx:1"}
		fill.Fill(&c.SecurityContext)
		switch {
		case i > 0 && seed%5 == int64(i):
			fill.Fill(&c.RestartPolicy)
			pod.Spec.InitContainers = append(pod.Spec.InitContainers, c)
		case i == 3 && seed%2 == 0:
			pod.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: name, Image: c.Image, SecurityContext: c.SecurityContext}}}
		default:
			pod.Spec.Containers = append(pod.Spec.Containers, c)
		}
	}
	if slices.Contains([]int64{0, 1}, seed%4) {
		pod.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	}
	return pod
}

func oneOf[T any](c randfill.Continue, values ...T) T { return values[c.Intn(len(values))] }
