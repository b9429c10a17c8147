package sparse

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// TestReplicasShare: equal values exist once, and names of containers do not matter.
func TestReplicasShare(t *testing.T) {
	one, two := decode(t, typical("cart-5d9c7b8f-aaaaa")), decode(t, typical("cart-5d9c7b8f-bbbbb"))
	if one.namespace != two.namespace || one.workload != two.workload || one.shape != two.shape {
		t.Error("two replicas share less than they could")
	}
	renamed := typical("cart-5d9c7b8f-ccccc")
	renamed.Spec.Containers[0].Name = "other"
	if three := decode(t, renamed); three.shape != one.shape {
		t.Error("the containers' names keep two pods from sharing a result")
	}
	other := typical("cart-5d9c7b8f-ddddd")
	other.Spec.Containers[1].SecurityContext = &corev1.SecurityContext{Privileged: new(true)}
	if four := decode(t, other); four.shape == one.shape || four.workload != one.workload {
		t.Error("another security context shares the result, or another pod of the owner does not share the owner")
	}
	runtime.KeepAlive(one)
	runtime.KeepAlive(two)
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
	kept := func() []int { return []int{namespaces.size(), workloads.size(), shapes.size()} }
	for _, size := range kept() {
		if size < n {
			t.Fatalf("%d distinct pods keep %v values", n, kept())
		}
	}
	runtime.KeepAlive(pods)
	clear(pods)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		runtime.GC()
		if sizes := kept(); max(sizes[0], sizes[1], sizes[2]) < n/10 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the pods are gone, and %v values stay", kept())
		}
	}
}
