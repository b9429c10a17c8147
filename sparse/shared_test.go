package sparse

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// TestReplicasShare: equal values exist once.
func TestReplicasShare(t *testing.T) {
	one, two := decode(t, typical("cart-5d9c7b8f-aaaaa")), decode(t, typical("cart-5d9c7b8f-bbbbb"))
	if one.namespace != two.namespace || one.workload != two.workload || one.identity != two.identity {
		t.Error("two replicas share less than they could")
	}
	for what, change := range map[string]func(*corev1.Container){
		"name":  func(c *corev1.Container) { c.Name = "other" },
		"image": func(c *corev1.Container) { c.Image = "other" },
	} {
		renamed := typical("cart-5d9c7b8f-ccccc")
		change(&renamed.Spec.Containers[0])
		if three := decode(t, renamed); three.identity.shape != one.identity.shape || three.identity == one.identity {
			t.Errorf("with another %s of a container that fails, two pods must share their shape, and no more", what)
		}
	}
	other := typical("cart-5d9c7b8f-ddddd")
	other.Spec.Containers[1].SecurityContext = &corev1.SecurityContext{Privileged: new(true)}
	if four := decode(t, other); four.identity.shape == one.identity.shape || four.workload != one.workload {
		t.Error("another security context shares the result, or another pod of the owner does not share the owner")
	}
	runtime.KeepAlive(one)
	runtime.KeepAlive(two)
}

// TestNamesOfWhatPassesDoNotMatter: pods share the shape's own facts if no container
// fails, whatever the containers are called.
func TestNamesOfWhatPassesDoNotMatter(t *testing.T) {
	pod := typical("good")
	pod.Spec.HostUsers = new(false)
	pod.Spec.SecurityContext = &corev1.PodSecurityContext{
		RunAsUser: new(int64(1)), RunAsGroup: new(int64(1)), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		Sysctls: []corev1.Sysctl{{Name: "kernel.msgmax", Value: "1"}},
	}
	for i := range pod.Spec.Containers {
		pod.Spec.Containers[i].SecurityContext = &corev1.SecurityContext{
			AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		}
	}
	one := decode(t, pod)
	pod.Spec.Containers[0].Name, pod.Spec.Containers[1].Image = "other", "other"
	two := decode(t, pod)
	if facts := one.Facts(); facts.Failed == 0 || facts.Failed != facts.OfPod || len(facts.Containers) > 0 {
		t.Fatalf("the pod itself has to fail, and no container: %+v", facts)
	}
	if one.identity != &one.identity.shape.identity || two.identity != one.identity {
		t.Error("the names of containers that pass keep two pods from sharing a result")
	}
}

// TestNothingLeaks: what pods share is released after the last of them is gone.
func TestNothingLeaks(t *testing.T) {
	const n = 1000
	pods := make([]*Pod, n)
	for i := range pods {
		pod := typical(fmt.Sprint("pod-", i))
		pod.Namespace = fmt.Sprint("leak-", i)
		pod.OwnerReferences[0].Name = fmt.Sprint("leak-", i)
		pod.Spec.SecurityContext.RunAsUser = new(int64(100_000 + i))
		pods[i] = decode(t, pod)
	}
	kept := func() []int { return []int{namespaces.size(), workloads.size(), shapes.size(), identities.size()} }
	for _, size := range kept() {
		if size < n {
			t.Fatalf("%d distinct pods keep %v values", n, kept())
		}
	}
	runtime.KeepAlive(pods)
	clear(pods)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		runtime.GC()
		if sizes := kept(); slices.Max(sizes) < n/10 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the pods are gone, and %v values stay", kept())
		}
	}
}
