package cluster

import (
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/podscore/podscore/terminal/manifests"
)

// objectOf returns a pod as it is, and an object with a template as the pod that it would
// make. It returns nil for what makes no pods of its own: a ReplicaSet, Job or
// ReplicationController that another object controls, and a Job that has ended.
func objectOf(object runtime.Object) *manifests.Object {
	switch o := object.(type) {
	case *corev1.Pod:
		return &manifests.Object{APIVersion: "v1", Kind: pods.kind, Namespace: o.Namespace, Name: o.Name, Pod: o}
	case *appsv1.Deployment:
		made := ofTemplate(o, "apps/v1", "Deployment", &o.Spec.Template)
		asDeployed(made.Pod, o.Name)
		return made
	case *appsv1.StatefulSet:
		return ofTemplate(o, "apps/v1", "StatefulSet", &o.Spec.Template)
	case *appsv1.DaemonSet:
		return ofTemplate(o, "apps/v1", "DaemonSet", &o.Spec.Template)
	case *batchv1.CronJob:
		return ofTemplate(o, "batch/v1", "CronJob", &o.Spec.JobTemplate.Spec.Template)
	case *batchv1.Job:
		if metav1.GetControllerOfNoCopy(o) == nil && !hasEnded(o) {
			return ofTemplate(o, "batch/v1", "Job", &o.Spec.Template)
		}
	case *appsv1.ReplicaSet:
		if metav1.GetControllerOfNoCopy(o) == nil {
			return ofTemplate(o, "apps/v1", "ReplicaSet", &o.Spec.Template)
		}
	case *corev1.ReplicationController:
		if metav1.GetControllerOfNoCopy(o) == nil && o.Spec.Template != nil {
			return ofTemplate(o, "v1", "ReplicationController", o.Spec.Template)
		}
	}
	return nil
}

// generated stands for what the API server appends to metadata.generateName.
const generated = "xxxxx"

func ofTemplate(owner metav1.Object, apiVersion, kind string, template *corev1.PodTemplateSpec) *manifests.Object {
	return &manifests.Object{
		APIVersion: apiVersion, Kind: kind, Namespace: owner.GetNamespace(), Name: owner.GetName(),
		Pod: &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Name: owner.GetName() + "-" + generated, Namespace: owner.GetNamespace(), CreationTimestamp: owner.GetCreationTimestamp(),
				Labels: template.Labels, Annotations: template.Annotations,
				OwnerReferences: []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: owner.GetName(), Controller: new(true)}},
			},
			Spec: template.Spec,
		},
	}
}

// asDeployed has a pod look as if a ReplicaSet of the Deployment had made it: labels that
// name a workload behind the Deployment, such as a Service of Knative, count only so.
func asDeployed(pod *corev1.Pod, deployment string) {
	labels := maps.Clone(pod.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[appsv1.DefaultDeploymentUniqueLabelKey] = generated
	pod.Labels = labels
	pod.OwnerReferences[0].Kind, pod.OwnerReferences[0].Name = "ReplicaSet", deployment+"-"+generated
}

// hasEnded reports whether a Job makes no pods any more.
func hasEnded(job *batchv1.Job) bool {
	for _, condition := range job.Status.Conditions {
		if (condition.Type == batchv1.JobComplete || condition.Type == batchv1.JobFailed) && condition.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}
