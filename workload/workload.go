package workload

import (
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Workload names what a pod belongs to, in the pod's namespace. Kind and Name are
// always valid in Kubernetes, whatever the pod contains.
type Workload struct {
	// Kind is a kind, such as "Deployment"; "Pod" for a pod without a controller.
	Kind string
	// Name is the name of an object of that kind.
	Name string
}

// Pod is what the workload of a pod depends on.
type Pod struct {
	// Name is the pod's name.
	Name string
	// Created is when the API server created it.
	Created time.Time
	// Owner is the owner that controls the pod; nil if none does.
	Owner *Owner
	// Labels are those of the pod's labels that Reads asks for, or more.
	Labels []Label
}

// Owner is an owner reference. The API server does not check that such an owner exists.
type Owner struct {
	// APIVersion is the owner's, such as "apps/v1".
	APIVersion string
	// Kind and Name are the owner's; its namespace is the pod's.
	Kind, Name string
}

// Label is a label of a pod. The author of the pod can set any.
type Label struct {
	// Key is the whole key, with the prefix if it has one.
	Key string
	// Value may be empty.
	Value string
}

// Of returns the workload of a pod in full. The controller reads pods with package sparse,
// which fills a [Pod] itself; the terminal, and tests that compare the two, use Of.
func Of(pod metav1.Object) Workload {
	p := Pod{Name: pod.GetName(), Created: pod.GetCreationTimestamp().Time}
	if owner := metav1.GetControllerOfNoCopy(pod); owner != nil {
		p.Owner = &Owner{owner.APIVersion, owner.Kind, owner.Name}
	}
	for key, value := range pod.GetLabels() {
		if Reads([]byte(key)) {
			p.Labels = append(p.Labels, Label{key, value})
		}
	}
	return p.Workload()
}

// Workload returns what the pod belongs to, the same for all its replicas, rollouts,
// revisions and runs: the owner of its controlling owner if the pod shows it, else
// the controlling owner. If there is none, or its kind or name is not valid in
// Kubernetes, the workload is the pod itself.
func (p *Pod) Workload() Workload {
	if p.Owner != nil && isKind(p.Owner.Kind) && isName(p.Owner.Name) {
		return p.behind()
	}
	if !isName(p.Name) { // no API server admits such a pod
		return Workload{"Pod", "unnamed"}
	}
	return Workload{"Pod", p.Name}
}

// behind returns the owner of the pod's owner if the pod shows it, else the pod's owner.
func (p *Pod) behind() Workload {
	group, _, versioned := strings.Cut(p.Owner.APIVersion, "/")
	if !versioned {
		group = "" // the core group's API version has no group
	}
	for i := range parts {
		if row := &parts[i]; row.owner == p.Owner.Kind && row.group == group {
			if name, matches := p.partOf(row); matches {
				return Workload{row.kind, name}
			}
		}
	}
	switch {
	case group == appsv1.GroupName && p.Owner.Kind == "ReplicaSet":
		if name, ok := p.trimHash(rolloutHash); ok {
			return Workload{"Rollout", name}
		}
		if name, ok := p.trimHash(appsv1.DefaultDeploymentUniqueLabelKey); ok {
			return Workload{"Deployment", name}
		}
	case group == batchv1.GroupName && p.Owner.Kind == "Job":
		if name, ok := trimSchedule(p.Owner.Name, p.Created); ok {
			return Workload{"CronJob", name}
		}
	}
	return Workload{p.Owner.Kind, p.Owner.Name}
}

// label returns the value of a label; "" if there is none. Of two with the same key,
// which only a broken server sends, the last is used, as in a map.
func (p *Pod) label(key string) string {
	for i := len(p.Labels) - 1; i >= 0; i-- {
		if p.Labels[i].Key == key {
			return p.Labels[i].Value
		}
	}
	return ""
}

// rolloutHash is the label that an Argo Rollout sets on its pods; a Deployment sets
// pod-template-hash.
// https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/v1alpha1/types.go
const rolloutHash = "rollouts-pod-template-hash"

// trimHash returns the name of the ReplicaSet that owns the pod without the hash that
// a label of the pod has; false if the name does not end in it.
func (p *Pod) trimHash(label string) (string, bool) {
	hash := p.label(label)
	name, found := strings.CutSuffix(p.Owner.Name, hash)
	if !found || hash == "" {
		return "", false
	}
	name, found = strings.CutSuffix(name, "-")
	return name, found && isName(name)
}
