package workload

import (
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Workload names what a pod belongs to, in the pod's namespace. Both parts are
// names that Kubernetes admits for objects, whatever the pod says.
type Workload struct {
	// Kind is a kind, such as "Deployment"; "Pod" for a pod of its own.
	Kind string
	// Name is the name of an object of that kind.
	Name string
}

// Pod is what is read of a pod.
type Pod struct {
	// Name is the pod's name.
	Name string
	// Created is when the API server created it.
	Created time.Time
	// Owner is the owner that controls the pod; nil where none does.
	Owner *Owner
	// Labels are those of the pod's labels that Reads asks for, or more.
	Labels []Label
}

// Owner is what a reference to an owner says. The API server checks none of it.
type Owner struct{ APIVersion, Kind, Name string }

// Label is a label of a pod. Whoever writes the pod writes it as they like.
type Label struct{ Key, Value string }

// Of tells what a whole pod belongs to.
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

// Workload tells what the pod belongs to, so that replicas, rollouts, revisions
// and runs share one name: what stands behind its controlling owner, as far as
// the pod tells, else that owner. Where a name is none that Kubernetes admits,
// the pod itself is its workload.
func (p *Pod) Workload() Workload {
	if p.Owner != nil && isKind(p.Owner.Kind) && isName(p.Owner.Name) {
		return p.behind()
	}
	if !isName(p.Name) { // no API server has such a pod
		return Workload{"Pod", "unnamed"}
	}
	return Workload{"Pod", p.Name}
}

// behind tells what stands behind an owner, which is that owner where nothing does.
func (p *Pod) behind() Workload {
	group, _, versioned := strings.Cut(p.Owner.APIVersion, "/")
	if !versioned {
		group = "" // the core group's API version has no group
	}
	for i := range parts {
		if row := &parts[i]; row.owner == p.Owner.Kind && row.group == group {
			if name, is := p.partOf(row); is {
				return Workload{row.kind, name}
			}
		}
	}
	switch {
	case group == appsv1.GroupName && p.Owner.Kind == "ReplicaSet":
		if name, is := p.trimHash(rolloutHash); is {
			return Workload{"Rollout", name}
		}
		if name, is := p.trimHash(appsv1.DefaultDeploymentUniqueLabelKey); is {
			return Workload{"Deployment", name}
		}
	case group == batchv1.GroupName && p.Owner.Kind == "Job":
		if name, is := trimSchedule(p.Owner.Name, p.Created); is {
			return Workload{"CronJob", name}
		}
	}
	return Workload{p.Owner.Kind, p.Owner.Name}
}

// label returns the value of a label; empty where there is none. Of two with the
// same key, which only a broken server sends, the last holds.
func (p *Pod) label(key string) string {
	for i := len(p.Labels) - 1; i >= 0; i-- {
		if p.Labels[i].Key == key {
			return p.Labels[i].Value
		}
	}
	return ""
}

// rolloutHash is what an Argo Rollout puts on its pods where a Deployment puts
// pod-template-hash:
// https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/v1alpha1/types.go
const rolloutHash = "rollouts-pod-template-hash"

// trimHash takes the template's hash off the name of a ReplicaSet.
func (p *Pod) trimHash(label string) (string, bool) {
	hash := p.label(label)
	name, found := strings.CutSuffix(p.Owner.Name, hash)
	if !found || hash == "" {
		return "", false
	}
	name, found = strings.CutSuffix(name, "-")
	return name, found && isName(name)
}
