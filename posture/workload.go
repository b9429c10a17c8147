package posture

import (
	"strconv"
	"strings"
	"unicode/utf8"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Workload names what a pod belongs to, in the pod's namespace.
type Workload struct {
	// Kind is the owner's kind, such as "Deployment"; "Pod" for a pod without one.
	Kind string
	// Name is the owner's name.
	Name string
}

// RolloutHashLabel is what an Argo Rollout puts on its pods where a
// Deployment puts pod-template-hash.
const RolloutHashLabel = "rollouts-pod-template-hash"

// WorkloadOf tells from a pod alone what it belongs to, so that rollouts and
// replicas share one name and no other resource has to be read: the
// Deployment or Rollout behind a ReplicaSet, the CronJob behind a Job, else
// the controlling owner, else the pod itself.
func WorkloadOf(pod metav1.Object) Workload {
	owner := metav1.GetControllerOfNoCopy(pod)
	if owner == nil {
		return Workload{"Pod", label(pod.GetName())}
	}
	kind, name := label(owner.Kind), label(owner.Name)
	switch group, _, _ := strings.Cut(owner.APIVersion, "/"); {
	case group == appsv1.GroupName && kind == "ReplicaSet":
		labels := pod.GetLabels()
		if rollout, ok := trimHash(name, labels[RolloutHashLabel]); ok {
			return Workload{"Rollout", rollout}
		}
		if deployment, ok := trimHash(name, labels[appsv1.DefaultDeploymentUniqueLabelKey]); ok {
			return Workload{"Deployment", deployment}
		}
	case group == batchv1.GroupName && kind == "Job":
		if cronJob, ok := trimSchedule(name); ok {
			return Workload{"CronJob", cronJob}
		}
	}
	return Workload{kind, name}
}

// longestLabel is the length of the longest name that the API gives to anything.
const longestLabel = 253

// label returns a name as it can be exposed. The API checks the names of what
// exists, and not what a reference to an owner says: whoever may create pods
// could have every scraper read a megabyte there, or break the whole exposition
// with something that is no UTF-8.
func label(name string) string {
	if len(name) <= longestLabel && utf8.ValidString(name) {
		return name
	}
	name = strings.ToValidUTF8(name, "\uFFFD")
	if len(name) > longestLabel {
		name = strings.ToValidUTF8(name[:longestLabel], "") // a character may be cut in two
	}
	return name
}

// trimHash takes the template's hash off the name of a ReplicaSet.
func trimHash(name, hash string) (string, bool) {
	trimmed, found := strings.CutSuffix(name, "-"+hash)
	return trimmed, found && hash != "" && trimmed != ""
}

// The CronJob controller names a Job after the minute that it was scheduled
// for, counted from 1970: eight digits until 2160. From this minute, in July
// 2017, on; a Job whose name ends in a date, such as 20261231, lies below.
const firstSchedule = 25_000_000

// trimSchedule takes the schedule's minute off the name of a Job.
func trimSchedule(name string) (string, bool) {
	const digits = 8
	dash := len(name) - digits - 1
	if dash < 1 || name[dash] != '-' {
		return "", false
	}
	minute, err := strconv.ParseUint(name[dash+1:], 10, 32)
	return name[:dash], err == nil && minute >= firstSchedule
}
