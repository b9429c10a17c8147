package cluster

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// resource is a resource that is read.
type resource struct {
	group  schema.GroupVersion
	name   string // as requests name it
	kind   string
	short  string // what kubectl takes for it too; "" for nothing
	object func() runtime.Object
	list   func() runtime.Object
}

var (
	pods       = resource{corev1.SchemeGroupVersion, "pods", "Pod", "po", func() runtime.Object { return &corev1.Pod{} }, func() runtime.Object { return &corev1.PodList{} }}
	namespaces = resource{corev1.SchemeGroupVersion, "namespaces", "Namespace", "ns", func() runtime.Object { return &corev1.Namespace{} }, func() runtime.Object { return &corev1.NamespaceList{} }}
	configMaps = resource{corev1.SchemeGroupVersion, "configmaps", "ConfigMap", "cm", func() runtime.Object { return &corev1.ConfigMap{} }, func() runtime.Object { return &corev1.ConfigMapList{} }}

	// workloads have templates of pods.
	workloads = []resource{
		{appsv1.SchemeGroupVersion, "deployments", "Deployment", "deploy", func() runtime.Object { return &appsv1.Deployment{} }, func() runtime.Object { return &appsv1.DeploymentList{} }},
		{appsv1.SchemeGroupVersion, "statefulsets", "StatefulSet", "sts", func() runtime.Object { return &appsv1.StatefulSet{} }, func() runtime.Object { return &appsv1.StatefulSetList{} }},
		{appsv1.SchemeGroupVersion, "daemonsets", "DaemonSet", "ds", func() runtime.Object { return &appsv1.DaemonSet{} }, func() runtime.Object { return &appsv1.DaemonSetList{} }},
		{batchv1.SchemeGroupVersion, "cronjobs", "CronJob", "cj", func() runtime.Object { return &batchv1.CronJob{} }, func() runtime.Object { return &batchv1.CronJobList{} }},
		{batchv1.SchemeGroupVersion, "jobs", "Job", "", func() runtime.Object { return &batchv1.Job{} }, func() runtime.Object { return &batchv1.JobList{} }},
		{appsv1.SchemeGroupVersion, "replicasets", "ReplicaSet", "rs", func() runtime.Object { return &appsv1.ReplicaSet{} }, func() runtime.Object { return &appsv1.ReplicaSetList{} }},
		{corev1.SchemeGroupVersion, "replicationcontrollers", "ReplicationController", "rc", func() runtime.Object { return &corev1.ReplicationController{} }, func() runtime.Object { return &corev1.ReplicationControllerList{} }},
	}
)

// String returns the resource as kubectl takes it, such as "deployments.apps".
func (r *resource) String() string {
	if r.group.Group == "" {
		return r.name
	}
	return r.name + "." + r.group.Group
}

// KindOf returns the kind that people name as kubectl takes it, such as "deploy",
// "deployments.apps" or "Deployment"; of another kind what they wrote, without its group.
func KindOf(text string) string {
	name, _, _ := strings.Cut(strings.ToLower(text), ".")
	for _, r := range append([]resource{pods}, workloads...) {
		if name == r.name || name == strings.ToLower(r.kind) || r.short != "" && name == r.short {
			return r.kind
		}
	}
	kind, _, _ := strings.Cut(text, ".")
	return kind
}
