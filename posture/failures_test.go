package posture

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/podscore/podscore/workload"
)

// TestKindsAreLimited: a namespace shows only a few kinds that are not known, always
// the same ones. The others are shown as otherKind, and no pod is lost.
func TestKindsAreLimited(t *testing.T) {
	var pods []Pod
	for i := range 60 {
		p := testPod(fmt.Sprintf("a/web/%d", i), "privileged")
		p.Workload = workload.Workload{Kind: fmt.Sprintf("Oddity%02d", i%30), Name: fmt.Sprint("web-", i/30)}
		pods = append(pods, p)
	}
	for _, kind := range []string{"CronJob", "Pod", "StatefulSet", "Zebra"} {
		p := testPod("a/"+kind+"/1", "privileged")
		p.Workload = workload.Workload{Kind: kind, Name: "web-0"}
		pods = append(pods, p)
	}
	var first string
	for seed := range uint64(10) {
		s := newStore(t, 1000)
		s.PutNamespace("a", nil, 0)
		r := rand.New(rand.NewPCG(seed, 3))
		r.Shuffle(len(pods), func(i, j int) { pods[i], pods[j] = pods[j], pods[i] })
		for _, p := range pods {
			s.Put(p)
		}
		syncStore(s)
		snapshot := s.Snapshot()
		const series = 2*maxKinds + 3 + 2 // of two workloads of each kind, three of known kinds, and two of others
		kinds, all := map[string]int{}, 0
		for _, f := range snapshot.Workloads {
			kinds[f.Workload.Kind] += f.Pods
			all += f.Pods
		}
		if all != len(pods) || len(snapshot.Workloads) != series || len(kinds) != maxKinds+4 || kinds["CronJob"] != 1 || kinds["Oddity00"] != 2 || kinds["Zebra"] != 0 || kinds["Other"] != 21 {
			t.Fatalf("%d of %d pods in %d series, want %d, by kind %v", all, len(pods), len(snapshot.Workloads), series, kinds)
		}
		if got := describe(snapshot); first == "" {
			first = got
		} else if got != first {
			t.Fatalf("in another order it is\n%s\nand was\n%s", got, first)
		}
	}
}

// TestALargeNamespaceIsForgotten: the memory for a namespace with many workloads is
// not used again for others, because to clear it takes long.
func TestALargeNamespaceIsForgotten(t *testing.T) {
	s := newStore(t, 10)
	syncStore(s)
	s.PutNamespace("a", nil, 0)
	for i := range 2 * maxKeptWorkloads {
		s.Put(testPod(fmt.Sprintf("a/w%d/1", i), "privileged"))
	}
	if s.Snapshot(); s.fold.workloads != nil || s.fold.perCheck != nil {
		t.Errorf("the place for %d workloads is kept", len(s.fold.workloads))
	}
	s.Delete("a", "w0-1", 0)
	s.PutNamespace("b", nil, 0)
	s.Put(testPod("b/web/1", "privileged"))
	if s.Snapshot(); len(s.fold.workloads) != 0 {
		t.Errorf("workloads of the last namespace are kept: %v", s.fold.workloads)
	}
}
