package manifests

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Kind is a kind of objects that have templates of pods, or are pods.
type Kind struct {
	// Group is the API group; "" for the core group, and AnyGroup for all.
	Group string
	// Kind is the kind's name, such as "Deployment".
	Kind string
	// Paths lead to the templates: fields joined by dots, with [*] for all entries of a
	// list and * for all values of a mapping. "" is the object itself.
	Paths []string
	// Source is where the paths are documented; "" for Kubernetes' own kinds, whose
	// objects have exactly the fields of the API.
	Source string
}

// AnyGroup is the group of a Kind of which only the name is known.
const AnyGroup = "*"

func (k *Kind) is(group, kind string) bool {
	return k.Kind == kind && (k.Group == group || k.Group == AnyGroup)
}

const template = "spec.template"

// kinds is the table. To add a row, give the source of its paths.
var kinds = []Kind{
	{"", "Pod", []string{""}, ""},
	{"", "PodTemplate", []string{"template"}, ""},
	{"", "ReplicationController", []string{template}, ""},
	{"apps", "DaemonSet", []string{template}, ""},
	{"apps", "Deployment", []string{template}, ""},
	{"apps", "ReplicaSet", []string{template}, ""},
	{"apps", "StatefulSet", []string{template}, ""},
	// These were served until Kubernetes 1.15, and stand in old files.
	{"extensions", "DaemonSet", []string{template}, ""},
	{"extensions", "Deployment", []string{template}, ""},
	{"extensions", "ReplicaSet", []string{template}, ""},
	{"batch", "CronJob", []string{"spec.jobTemplate.spec.template"}, ""},
	{"batch", "Job", []string{template}, ""},

	{"argoproj.io", "Rollout", []string{template}, "https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/v1alpha1/types.go"},
	{"apps.kruise.io", "CloneSet", []string{template}, "https://github.com/openkruise/kruise-api/blob/master/apps/v1alpha1/cloneset_types.go"},
	{"apps.kruise.io", "StatefulSet", []string{template}, "https://github.com/openkruise/kruise-api/blob/master/apps/v1beta1/statefulset_types.go"},
	{"apps.kruise.io", "DaemonSet", []string{template}, "https://github.com/openkruise/kruise-api/blob/master/apps/v1alpha1/daemonset_types.go"},
	{"apps.openshift.io", "DeploymentConfig", []string{template}, "https://github.com/openshift/api/blob/master/apps/v1/types.go"},
	{"serving.knative.dev", "Service", []string{template}, "https://github.com/knative/serving/blob/main/pkg/apis/serving/v1/service_types.go"},
	{"serving.knative.dev", "Configuration", []string{template}, "https://github.com/knative/serving/blob/main/pkg/apis/serving/v1/configuration_types.go"},
	{"jobset.x-k8s.io", "JobSet", []string{"spec.replicatedJobs[*].template.spec.template"}, "https://github.com/kubernetes-sigs/jobset/blob/main/api/jobset/v1alpha2/jobset_types.go"},
	{"leaderworkerset.x-k8s.io", "LeaderWorkerSet", []string{"spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"}, "https://github.com/kubernetes-sigs/lws/blob/main/api/leaderworkerset/v1/leaderworkerset_types.go"},
	{"ray.io", "RayCluster", []string{"spec.headGroupSpec.template", "spec.workerGroupSpecs[*].template"}, "https://github.com/ray-project/kuberay/blob/master/ray-operator/apis/ray/v1/raycluster_types.go"},
	{"kubeflow.org", "MPIJob", []string{"spec.mpiReplicaSpecs.*.template"}, "https://github.com/kubeflow/mpi-operator/blob/master/pkg/apis/kubeflow/v2beta1/types.go"},
	{"batch.volcano.sh", "Job", []string{"spec.tasks[*].template"}, "https://github.com/volcano-sh/apis/blob/master/pkg/apis/batch/v1alpha1/job.go"},
	{"keda.sh", "ScaledJob", []string{"spec.jobTargetRef.template"}, "https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledjob_types.go"},
}

// Kinds returns the kinds that are known without being told.
func Kinds() []Kind { return slices.Clone(kinds) }

// knows reports whether objects of a kind may have pods, whatever their group is.
func (r *Reader) knows(kind string) bool {
	named := func(k Kind) bool { return k.Kind == kind }
	return slices.ContainsFunc(r.Kinds, named) || slices.ContainsFunc(kinds, named)
}

// kindOf returns what is known of a kind: what the Reader was told first.
func (r *Reader) kindOf(group, kind string) *Kind {
	for _, known := range [][]Kind{r.Kinds, kinds} {
		for i := range known {
			if known[i].is(group, kind) {
				return &known[i]
			}
		}
	}
	return nil
}

// isMisplaced reports whether a kind of Kubernetes' own that has pods stands in another
// group of its own, where it does not exist.
func isMisplaced(group, kind string) bool {
	own := func(is func(*Kind) bool) bool {
		return slices.ContainsFunc(kinds, func(k Kind) bool { return k.Source == "" && is(&k) })
	}
	return own(func(k *Kind) bool { return k.Group == group }) && own(func(k *Kind) bool { return k.Kind == kind })
}

// isList reports whether objects of a kind have others as their items.
func isList(kind string) bool { return strings.HasSuffix(kind, "List") }

var toldKind = regexp.MustCompile(`^([A-Z][A-Za-z0-9]*)(\.([-.a-z0-9]+))?=\.?([A-Za-z0-9_*\[\].]+)$`)

// ParseKind parses KIND=PATH or KIND.GROUP=PATH, such as "Fleet.agones.dev=spec.template".
func ParseKind(text string) (Kind, error) {
	found := toldKind.FindStringSubmatch(text)
	if found == nil {
		return Kind{}, fmt.Errorf("%q is not KIND=PATH: write it as Fleet=spec.template or Fleet.agones.dev=spec.template", text)
	}
	if found[3] == "" {
		found[3] = AnyGroup
	}
	k := Kind{Group: found[3], Kind: found[1], Paths: []string{found[4]}, Source: "the command line"}
	for _, step := range steps(found[4]) {
		if step == "" || step != "*" && strings.ContainsAny(step, "*[]") {
			return Kind{}, errors.New("the path has fields joined by dots, with [*] for all entries of a list and * for all values of a mapping: spec.tasks[*].template")
		}
	}
	return k, nil
}

// steps returns the steps of a path of a Kind; "*" is one into a list or a mapping.
func steps(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(path, "[*]", ".*"), ".")
}
