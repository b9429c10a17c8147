package sparse

import (
	"fmt"
	"math/rand"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/randfill"
)

// randomPods calls each with n pods in which any field of the API may be set. Half of
// them come from the generator with which apimachinery tests its serializers, the
// others from one that sets more fields.
func randomPods(t testing.TB, n int, each func(seed int64, pod *corev1.Pod)) {
	t.Helper()
	scheme := apiruntime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	for seed := range int64(n) {
		random := rand.New(rand.NewSource(seed))
		var pod corev1.Pod
		if seed%2 == 0 {
			fuzzer.FuzzerFor(metafuzzer.Funcs, random, serializer.NewCodecFactory(scheme)).Fill(&pod)
		} else {
			randfill.NewWithSeed(seed).NilChance(0.4).NumElements(0, 3).MaxDepth(12).Funcs(
				func(*metav1.FieldsV1, randfill.Continue) {},
				func(q *metav1.Time, c randfill.Continue) { *q = metav1.Unix(c.Int63n(1<<31), 0) },
			).Fill(&pod)
		}
		spice(random, &pod)
		each(seed, &pod)
	}
}

// spice sets values that a random generator would hardly ever choose.
func spice(random *rand.Rand, pod *corev1.Pod) {
	maybe := func() bool { return random.Intn(2) == 0 }
	for i := range pod.OwnerReferences {
		pod.OwnerReferences[i].Controller = new(maybe())
	}
	if maybe() {
		owner := []metav1.OwnerReference{
			{APIVersion: "apps/v1", Kind: "ReplicaSet"},
			{APIVersion: "apps/v1", Kind: "StatefulSet"},
			{APIVersion: "batch/v1", Kind: "Job"},
			{APIVersion: "v1", Kind: "ReplicationController"},
			{APIVersion: "tekton.dev/v1", Kind: "TaskRun"},
			{APIVersion: "v1", Kind: "<!channel>"},
		}[random.Intn(6)]
		owner.Name = []string{"web-5d9c", "web-777", fmt.Sprint("web-", pod.CreationTimestamp.Unix()/60), "not a name"}[random.Intn(4)]
		owner.Controller = new(true)
		pod.OwnerReferences = []metav1.OwnerReference{owner}
	}
	pod.Labels, pod.Annotations = map[string]string{"app": "x"}, map[string]string{"note": "x"}
	if maybe() {
		pod.Labels["pod-template-hash"] = "5d9c"
	}
	if maybe() {
		pod.Labels["rollouts-pod-template-hash"] = "777"
	}
	for _, label := range []string{"deploymentconfig", "leaderworkerset.sigs.k8s.io/name", "jobset.sigs.k8s.io/jobset-name", "tekton.dev/pipeline", "tekton.dev/pipelineRun"} {
		if random.Intn(4) == 0 {
			pod.Labels[label] = []string{"behind", "not a name", ""}[random.Intn(3)]
		}
	}
	if maybe() {
		pod.Annotations[metav1.InitialEventsAnnotationKey] = "true"
	}
	if random.Intn(8) == 0 {
		pod.Name = "" // as in a bookmark
	}
	for i := range pod.Spec.Containers {
		if maybe() {
			pod.Annotations[corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix+pod.Spec.Containers[i].Name] = "unconfined"
		}
	}
	for i := range pod.Spec.InitContainers {
		pod.Spec.InitContainers[i].RestartPolicy = []*corev1.ContainerRestartPolicy{nil, new(corev1.ContainerRestartPolicyAlways), new(corev1.ContainerRestartPolicy("Never"))}[random.Intn(3)]
	}
	if maybe() {
		pod.Spec.NodeSelector = map[string]string{corev1.LabelOSStable: "windows", "zone": "a"}
	}
	system := func() string { return []string{"windows", "windows", "linux", ""}[random.Intn(4)] }
	if random.Intn(4) == 0 {
		pod.Spec.NodeSelector = map[string]string{[]string{"beta.kubernetes.io/os", corev1.LabelOSStable}[random.Intn(2)]: system(), "beta.kubernetes.io/os": system()}
	}
	if maybe() {
		selector := &corev1.NodeSelector{}
		for range random.Intn(3) {
			selector.NodeSelectorTerms = append(selector.NodeSelectorTerms, corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: "zone", Operator: corev1.NodeSelectorOpExists},
				{Key: []string{"beta.kubernetes.io/os", corev1.LabelOSStable, "disk"}[random.Intn(3)], Operator: []corev1.NodeSelectorOperator{"In", "NotIn", "Exists"}[random.Intn(3)], Values: []string{system()}},
			}[random.Intn(2):]})
		}
		pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: selector}}
	}
	if maybe() {
		pod.Spec.OS = []*corev1.PodOS{nil, {}, {Name: corev1.Windows}, {Name: corev1.Linux}}[random.Intn(4)]
	}
	if maybe() {
		spiceVolumes(random, &pod.Spec)
	}
	for i := range pod.Spec.Volumes {
		if maybe() {
			pod.Spec.Volumes[i].VolumeSource = []corev1.VolumeSource{
				{EmptyDir: &corev1.EmptyDirVolumeSource{}},
				{Ephemeral: &corev1.EphemeralVolumeSource{}},
				{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ReadOnly: maybe()}},
				{CSI: &corev1.CSIVolumeSource{ReadOnly: []*bool{nil, new(false), new(true)}[random.Intn(3)]}},
				{ISCSI: &corev1.ISCSIVolumeSource{ReadOnly: maybe()}},
				{FC: &corev1.FCVolumeSource{ReadOnly: maybe()}},
				{FlexVolume: &corev1.FlexVolumeSource{ReadOnly: maybe()}},
				{HostPath: &corev1.HostPathVolumeSource{}},
			}[random.Intn(8)]
		}
	}
	pod.Status.Phase = []corev1.PodPhase{corev1.PodRunning, corev1.PodPending, corev1.PodSucceeded, corev1.PodFailed, ""}[random.Intn(5)]
}

// spiceVolumes lets containers mount volumes and use them as devices.
func spiceVolumes(random *rand.Rand, spec *corev1.PodSpec) {
	volume := func() string { return []string{"a", "b", "c"}[random.Intn(3)] }
	mode := []*corev1.PersistentVolumeMode{nil, new(corev1.PersistentVolumeBlock), new(corev1.PersistentVolumeFilesystem)}[random.Intn(3)]
	spec.Volumes = nil
	for _, source := range []corev1.VolumeSource{
		{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{}},
		{Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: corev1.PersistentVolumeClaimSpec{VolumeMode: mode}}}},
	}[random.Intn(2):] {
		spec.Volumes = append(spec.Volumes, corev1.Volume{Name: volume(), VolumeSource: source})
	}
	use := func(mounts *[]corev1.VolumeMount, devices *[]corev1.VolumeDevice) {
		*mounts, *devices = nil, nil
		if random.Intn(3) == 0 {
			*mounts = append(*mounts, corev1.VolumeMount{Name: volume()})
		}
		for range random.Intn(3) {
			*devices = append(*devices, corev1.VolumeDevice{Name: volume()})
		}
	}
	for i := range spec.InitContainers {
		use(&spec.InitContainers[i].VolumeMounts, &spec.InitContainers[i].VolumeDevices)
	}
	for i := range spec.Containers {
		use(&spec.Containers[i].VolumeMounts, &spec.Containers[i].VolumeDevices)
	}
	for i := range spec.EphemeralContainers {
		use(&spec.EphemeralContainers[i].VolumeMounts, &spec.EphemeralContainers[i].VolumeDevices)
	}
}
