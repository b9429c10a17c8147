package workload

// part is a row of the table of owners that are themselves a part, a run or a revision
// of a workload, whose controller labels the pods with the workload's name. To add a
// row, give the owner's API group and kind, and where the label is set in the
// controller's source or documentation.
//
// A label counts only together with its owner. If several rows match, the first is
// used.
type part struct {
	// group and owner are the owner's API group and kind.
	group, owner string
	// label is the key of the label whose value is the workload's name.
	label string
	// kind is the workload's kind.
	kind string
	// with is a label that the pod must have too, with this value; empty for none.
	with Label
	// unless is the key of a label that must not have the same value: if only the
	// run has a name, both labels have it.
	unless string
	// source is where the label is documented, or where the controller sets it.
	source string
}

// parts is the table.
var parts = []part{
	{
		group: "", owner: "ReplicationController", label: "deploymentconfig", kind: "DeploymentConfig",
		source: "https://github.com/openshift/library-go/blob/master/pkg/apps/appsutil/util.go",
	},
	{
		group: "apps", owner: "ReplicaSet", label: "serving.knative.dev/service", kind: "Service",
		source: "https://github.com/knative/serving/blob/main/pkg/reconciler/revision/resources/meta.go",
	},
	{
		group: "apps", owner: "ReplicaSet", label: "serving.knative.dev/configuration", kind: "Configuration",
		source: "https://github.com/knative/serving/blob/main/pkg/reconciler/configuration/resources/revision.go",
	},
	{
		group: "apps", owner: "StatefulSet", label: "leaderworkerset.sigs.k8s.io/name", kind: "LeaderWorkerSet",
		source: "https://github.com/kubernetes-sigs/lws/blob/main/pkg/controllers/leaderworkerset_controller.go",
	},
	{
		group: "batch", owner: "Job", label: "jobset.sigs.k8s.io/jobset-name", kind: "JobSet",
		source: "https://github.com/kubernetes-sigs/jobset/blob/main/pkg/controllers/jobset_controller.go",
	},
	{
		group: "batch", owner: "Job", label: "training.kubeflow.org/job-name", kind: "MPIJob",
		with:   Label{"training.kubeflow.org/operator-name", "mpi-operator"},
		source: "https://github.com/kubeflow/mpi-operator/blob/master/pkg/controller/mpi_job_controller.go",
	},
	{
		group: "batch", owner: "Job", label: "ray.io/originated-from-cr-name", kind: "RayJob",
		with:   Label{"ray.io/originated-from-crd", "RayJob"},
		source: "https://github.com/ray-project/kuberay/blob/master/ray-operator/controllers/ray/utils/constant.go",
	},
	{
		group: "ray.io", owner: "RayCluster", label: "ray.io/originated-from-cr-name", kind: "RayJob",
		with:   Label{"ray.io/originated-from-crd", "RayJob"},
		source: "https://github.com/ray-project/kuberay/blob/master/ray-operator/controllers/ray/utils/constant.go",
	},
	{
		group: "ray.io", owner: "RayCluster", label: "ray.io/originated-from-cr-name", kind: "RayService",
		with:   Label{"ray.io/originated-from-crd", "RayService"},
		source: "https://github.com/ray-project/kuberay/blob/master/ray-operator/controllers/ray/utils/constant.go",
	},
	{
		group: "tekton.dev", owner: "TaskRun", label: "tekton.dev/pipeline", kind: "Pipeline", unless: "tekton.dev/pipelineRun",
		source: "https://github.com/tektoncd/pipeline/blob/main/pkg/reconciler/pipelinerun/pipelinerun.go",
	},
	{
		group: "tekton.dev", owner: "TaskRun", label: "tekton.dev/pipelineRun", kind: "PipelineRun",
		source: "https://github.com/tektoncd/pipeline/blob/main/pkg/reconciler/pipelinerun/pipelinerun.go",
	},
	{
		group: "tekton.dev", owner: "TaskRun", label: "tekton.dev/task", kind: "Task",
		source: "https://github.com/tektoncd/pipeline/blob/main/pkg/reconciler/taskrun/taskrun.go",
	},
	{
		group: "", owner: "Pod", label: "sparkoperator.k8s.io/app-name", kind: "SparkApplication",
		source: "https://github.com/kubeflow/spark-operator/blob/master/pkg/common/spark.go",
	},
	{
		group: "actions.github.com", owner: "EphemeralRunner", label: "actions.github.com/scale-set-name", kind: "AutoscalingRunnerSet",
		source: "https://github.com/actions/actions-runner-controller/blob/master/controllers/actions.github.com/resourcebuilder.go",
	},
}

// partOf returns the name of the workload by a row of the pod's owner, and whether the
// row matches.
func (p *Pod) partOf(row *part) (name string, matches bool) {
	name = p.label(row.label)
	switch {
	case !isName(name),
		row.with.Key != "" && p.label(row.with.Key) != row.with.Value,
		row.unless != "" && p.label(row.unless) == name:
		return "", false
	}
	return name, true
}

// labelKeys are the keys of the labels that name workloads.
var labelKeys = func() map[string]bool {
	keys := map[string]bool{"pod-template-hash": true, rolloutHash: true}
	for _, row := range parts {
		for _, key := range []string{row.label, row.with.Key, row.unless} {
			if key != "" {
				keys[key] = true
			}
		}
	}
	return keys
}()

// Reads reports whether the workload of a pod can depend on the label with this key.
// Other labels need not be put into [Pod.Labels].
func Reads(key []byte) bool { return labelKeys[string(key)] }
