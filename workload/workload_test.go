package workload

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// november is the creation time of the pods in the tests.
var november = time.Date(2026, 11, 25, 10, 0, 5, 0, time.UTC)

// owned returns a pod with a controller; labels are keys and values in turn.
func owned(apiVersion, kind, owner string, labels ...string) *metav1.ObjectMeta {
	pod := &metav1.ObjectMeta{Name: "pod-1", CreationTimestamp: metav1.NewTime(november), Labels: map[string]string{"app": "web"}}
	for i := 0; i < len(labels); i += 2 {
		pod.Labels[labels[i]] = labels[i+1]
	}
	pod.OwnerReferences = []metav1.OwnerReference{
		{APIVersion: "v1", Kind: "ConfigMap", Name: "not-the-controller"},
		{APIVersion: apiVersion, Kind: kind, Name: owner, Controller: new(true)},
	}
	return pod
}

func TestOf(t *testing.T) {
	const hash, rollout = "pod-template-hash", "rollouts-pod-template-hash"
	for _, c := range []struct {
		name string
		pod  *metav1.ObjectMeta
		want Workload
	}{
		{"nobody's", &metav1.ObjectMeta{Name: "pod-1"}, Workload{"Pod", "pod-1"}},
		{"an owner's that does not control it", &metav1.ObjectMeta{Name: "pod-1", OwnerReferences: []metav1.OwnerReference{{Kind: "Job", Name: "a"}}}, Workload{"Pod", "pod-1"}},
		{"a Deployment's", owned("apps/v1", "ReplicaSet", "web-5d9c", hash, "5d9c"), Workload{"Deployment", "web"}},
		{"a Rollout's", owned("apps/v1", "ReplicaSet", "web-5d9c", rollout, "5d9c"), Workload{"Rollout", "web"}},
		{"a ReplicaSet's of its own", owned("apps/v1", "ReplicaSet", "web"), Workload{"ReplicaSet", "web"}},
		{"a ReplicaSet's of another hash", owned("apps/v1", "ReplicaSet", "web-5d9c", hash, "777"), Workload{"ReplicaSet", "web-5d9c"}},
		{"a ReplicaSet's whose name the hash cuts in two", owned("apps/v1", "ReplicaSet", "web-5d9c", hash, "9c"), Workload{"ReplicaSet", "web-5d9c"}},
		{"a ReplicaSet's whose name would end in a hyphen", owned("apps/v1", "ReplicaSet", "web--5d9c", hash, "5d9c"), Workload{"ReplicaSet", "web--5d9c"}},
		{"another group's ReplicaSet", owned("example.com/v1", "ReplicaSet", "web-5d9c", hash, "5d9c"), Workload{"ReplicaSet", "web-5d9c"}},
		{"a StatefulSet's", owned("apps/v1", "StatefulSet", "db", hash, "5d9c"), Workload{"StatefulSet", "db"}},
		{"a node's", owned("v1", "Node", "linux-1"), Workload{"Node", "linux-1"}},
		{"a kind's that nobody knows", owned("example.com/v1", "Oddity", "odd.one"), Workload{"Oddity", "odd.one"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Of(c.pod); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestNothingButNames: if the kind or the name of the owner is not valid, the pod
// itself is the workload.
func TestNothingButNames(t *testing.T) {
	for _, c := range []struct{ what, kind, name string }{
		{"a kind that is a mention in a chat", "<!channel> *podscore is compromised*", "web"},
		{"a kind with a line break", "Kind\n# TYPE x counter", "web"},
		{"a kind that begins with a digit", "3Scale", "web"},
		{"a kind with a hyphen", "My-Kind", "web"},
		{"a kind in another alphabet", "Объект", "web"},
		{"a kind of 64 letters", "KKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK", "web"},
		{"no kind", "", "web"},
		{"a name with a link", "Job", "[fix it here](https://example.com)"},
		{"a name that is an address", "Job", "https://example.com/x"},
		{"a name with a line break", "Job", "web\n"},
		{"a name that is read from the right", "Job", "\u202egnp.exe"},
		{"a name that is no UTF-8", "Job", "na\xffme"},
		{"a name in upper case", "Job", "Web"},
		{"a name that ends in a hyphen", "Job", "web-"},
		{"no name", "Job", ""},
	} {
		if got, want := Of(owned("example.com/v1", c.kind, c.name)), (Workload{"Pod", "pod-1"}); got != want {
			t.Errorf("%s: %v, want %v", c.what, got, want)
		}
	}
}

// TestParts: every row of the table, with pods as its controller labels them.
func TestParts(t *testing.T) {
	tested := map[int]bool{}
	for _, c := range []struct {
		name string
		row  int // -1 if none matches
		pod  *metav1.ObjectMeta
		want Workload
	}{
		{"a DeploymentConfig's", 0, owned("v1", "ReplicationController", "frontend-3", "deployment", "frontend-3", "deploymentconfig", "frontend"), Workload{"DeploymentConfig", "frontend"}},
		{"a ReplicationController's of its own", -1, owned("v1", "ReplicationController", "frontend"), Workload{"ReplicationController", "frontend"}},
		{"another owner's with the label of a DeploymentConfig", -1, owned("apps/v1", "StatefulSet", "db", "deploymentconfig", "frontend"), Workload{"StatefulSet", "db"}},
		{
			"a Knative Service's", 1,
			owned("apps/v1", "ReplicaSet", "hello-00001-deployment-6d8f7c9b5d", "pod-template-hash", "6d8f7c9b5d", "serving.knative.dev/revision", "hello-00001",
				"serving.knative.dev/service", "hello", "serving.knative.dev/configuration", "hello"),
			Workload{"Service", "hello"},
		},
		{
			"a Knative Configuration's without a Service", 2,
			owned("apps/v1", "ReplicaSet", "hello-00001-deployment-6d8f", "pod-template-hash", "6d8f", "serving.knative.dev/service", "", "serving.knative.dev/configuration", "hello"),
			Workload{"Configuration", "hello"},
		},
		{"a leader of a LeaderWorkerSet", 3, owned("apps/v1", "StatefulSet", "vllm", "leaderworkerset.sigs.k8s.io/name", "vllm"), Workload{"LeaderWorkerSet", "vllm"}},
		{"a worker of a LeaderWorkerSet", 3, owned("apps/v1", "StatefulSet", "vllm-0", "leaderworkerset.sigs.k8s.io/name", "vllm"), Workload{"LeaderWorkerSet", "vllm"}},
		{"a JobSet's", 4, owned("batch/v1", "Job", "train-workers-0", "jobset.sigs.k8s.io/jobset-name", "train"), Workload{"JobSet", "train"}},
		{
			"the launcher of an MPIJob", 5,
			owned("batch/v1", "Job", "pi-launcher", "training.kubeflow.org/job-name", "pi", "training.kubeflow.org/operator-name", "mpi-operator"),
			Workload{"MPIJob", "pi"},
		},
		{"a Job's with half of its labels", -1, owned("batch/v1", "Job", "pi-launcher", "training.kubeflow.org/job-name", "pi"), Workload{"Job", "pi-launcher"}},
		{"the submitter of a RayJob", 6, owned("batch/v1", "Job", "fit", "ray.io/originated-from-cr-name", "fit", "ray.io/originated-from-crd", "RayJob"), Workload{"RayJob", "fit"}},
		{"the cluster of a RayJob", 7, owned("ray.io/v1", "RayCluster", "fit-x7k2p", "ray.io/originated-from-cr-name", "fit", "ray.io/originated-from-crd", "RayJob"), Workload{"RayJob", "fit"}},
		{"the cluster of a RayService", 8, owned("ray.io/v1", "RayCluster", "llm-x7k2p", "ray.io/originated-from-cr-name", "llm", "ray.io/originated-from-crd", "RayService"), Workload{"RayService", "llm"}},
		{"a RayCluster's of its own", -1, owned("ray.io/v1", "RayCluster", "shared", "ray.io/cluster", "shared"), Workload{"RayCluster", "shared"}},
		{
			"a run of a Pipeline", 9,
			owned("tekton.dev/v1", "TaskRun", "build-7x2k-compile", "tekton.dev/pipeline", "build", "tekton.dev/pipelineRun", "build-7x2k", "tekton.dev/task", "compile"),
			Workload{"Pipeline", "build"},
		},
		{
			"a run of a pipeline that has no other name", 10,
			owned("tekton.dev/v1", "TaskRun", "build-7x2k-compile", "tekton.dev/pipeline", "build-7x2k", "tekton.dev/pipelineRun", "build-7x2k", "tekton.dev/task", "compile"),
			Workload{"PipelineRun", "build-7x2k"},
		},
		{"a run of a Task", 11, owned("tekton.dev/v1", "TaskRun", "lint-7x2k", "tekton.dev/taskRun", "lint-7x2k", "tekton.dev/task", "lint"), Workload{"Task", "lint"}},
		{"a run of its own", -1, owned("tekton.dev/v1", "TaskRun", "lint-7x2k", "tekton.dev/taskRun", "lint-7x2k"), Workload{"TaskRun", "lint-7x2k"}},
		{"an executor of a SparkApplication", 12, owned("v1", "Pod", "pi-driver", "sparkoperator.k8s.io/app-name", "pi"), Workload{"SparkApplication", "pi"}},
		{"an executor of no application", -1, owned("v1", "Pod", "pi-driver"), Workload{"Pod", "pi-driver"}},
		{
			"a runner of a scale set", 13,
			owned("actions.github.com/v1alpha1", "EphemeralRunner", "ci-9k2xp-runner-x7k2p", "actions.github.com/scale-set-name", "ci"),
			Workload{"AutoscalingRunnerSet", "ci"},
		},
		{"another group's owner of the same kind", -1, owned("example.com/v1", "EphemeralRunner", "ci-x7k2p", "actions.github.com/scale-set-name", "ci"), Workload{"EphemeralRunner", "ci-x7k2p"}},
		{"a label that is no name", -1, owned("apps/v1", "StatefulSet", "db", "leaderworkerset.sigs.k8s.io/name", "Not_A.Name"), Workload{"StatefulSet", "db"}},
		{"a label that is free text", -1, owned("apps/v1", "StatefulSet", "db", "leaderworkerset.sigs.k8s.io/name", "<!channel>\n"), Workload{"StatefulSet", "db"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Of(c.pod); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if c.row >= 0 && parts[c.row].kind != c.want.Kind {
				t.Errorf("row %d is of %s", c.row, parts[c.row].kind)
			}
		})
		tested[c.row] = true
	}
	for i, row := range parts {
		if !tested[i] {
			t.Errorf("no test of %s behind %s by the label %s", row.kind, row.owner, row.label)
		}
		if row.source == "" || !isKind(row.kind) || !isKind(row.owner) || row.label == "" {
			t.Errorf("row %d lacks something: %+v", i, row)
		}
	}
}

func TestSchedule(t *testing.T) {
	at := func(created time.Time, job string) *metav1.ObjectMeta {
		pod := owned("batch/v1", "Job", job, "batch.kubernetes.io/job-name", job)
		pod.CreationTimestamp = metav1.NewTime(created)
		return pod
	}
	const scheduled = 29926680 // the minute in which november is
	minute := time.Unix(scheduled*60, 0)
	for _, c := range []struct {
		name string
		pod  *metav1.ObjectMeta
		want Workload
	}{
		{"of this minute", at(november, "report-29926680"), Workload{"CronJob", "report"}},
		{"at the moment itself", at(minute, "report-29926680"), Workload{"CronJob", "report"}},
		{"before it", at(minute.Add(-time.Second), "report-29926680"), Workload{"Job", "report-29926680"}},
		{"after a weekend in a queue", at(minute.Add(70*time.Hour), "report-29926680"), Workload{"CronJob", "report"}},
		{"long after it", at(minute.Add(longestWait+time.Second), "report-29926680"), Workload{"Job", "report-29926680"}},
		{"a date written by day, in the future as a minute", at(time.Date(2026, 12, 31, 10, 0, 0, 0, time.UTC), "closing-31122026"), Workload{"Job", "closing-31122026"}},
		{"a date written by day, a few days past as a minute", at(time.Date(2027, 1, 30, 10, 0, 0, 0, time.UTC), "closing-30012027"), Workload{"Job", "closing-30012027"}},
		{"a date written by year", at(november, "import-20261125"), Workload{"Job", "import-20261125"}},
		{"a ticket", at(november, "backfill-48213377"), Workload{"Job", "backfill-48213377"}},
		{"a short number", at(november, "import-2026"), Workload{"Job", "import-2026"}},
		{"a longer number", at(november, "import-129926680"), Workload{"Job", "import-129926680"}},
		{"a number with a sign", at(november, "import-+2992668"), Workload{"Pod", "pod-1"}},
		{"nothing but a number", at(november, "29926680"), Workload{"Job", "29926680"}},
		{"a name that no CronJob can have", at(november, "a234567890b234567890c234567890d234567890e234567890f23-29926680"), Workload{"Job", "a234567890b234567890c234567890d234567890e234567890f23-29926680"}},
		{"a pod that was never created", at(time.Time{}, "report-29926680"), Workload{"Job", "report-29926680"}},
		{"another group's Job", owned("batch.volcano.sh/v1alpha1", "Job", "train-29926680"), Workload{"Job", "train-29926680"}},
		{"made by hand from a CronJob", at(november, "report-manual-1"), Workload{"Job", "report-manual-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Of(c.pod); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
