package terminal

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

var cost = flag.Int("cost", 0, "of how many pods TestCost tells what a scan takes")

// TestCost tells what a scan of many pods takes, of 10 KB each, as the API server sends them:
// ten of each workload, whose template is like no other.
func TestCost(t *testing.T) {
	if *cost == 0 {
		t.Skip("it measures, and takes minutes: go test ./test/terminal -run TestCost -v -args -cost=50000")
	}
	c := harness.StartCluster(t, controlplane.Options{Bare: true, Etcd: map[string]string{"unsafe-no-fsync": "true"}})
	is := open(t, c)
	padding := strings.Repeat("0123456789", 900) // what people and controllers write, and podscore does not read
	if err := c.Write(t.Context(), *cost, func(i int) controlplane.Stored {
		workload := i / 10
		pod := randomPod(rand.New(rand.NewPCG(*seed, uint64(workload))), i)
		pod.Namespace, pod.Annotations["example.com/padding"] = fmt.Sprint("team-", workload%500), padding
		pod.Status.Phase = corev1.PodRunning
		pod.Labels["pod-template-hash"] = "5d8f"
		pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: fmt.Sprint("workload-", workload, "-5d8f"), UID: "owner", Controller: new(true)}}
		return controlplane.StoredPod(pod)
	}); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"", "wide", "summary", "json", "name"} {
		command := is.command(t, "podscore", "scan", "-A", "--exempt-namespaces=", "--output="+format)
		var said strings.Builder
		command.Stderr = &said
		begun := time.Now()
		if err := command.Run(); command.ProcessState.ExitCode() != 1 {
			t.Fatalf("%v: %s", err, said.String())
		}
		usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			t.Fatal("the system does not say what a process takes")
		}
		t.Logf("--output=%q: %.1f s, %.1f s of CPU, %d MB of memory; %s", format, time.Since(begun).Seconds(),
			(command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds(), usage.Maxrss/1024, strings.TrimSpace(said.String()))
	}
}
