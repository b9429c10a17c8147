package posture

import (
	"fmt"
	"strconv"
	"testing"
)

// filled returns a store of namespaces with 50 pods each, 4 to a workload, of
// which every third fails something.
func filled(b *testing.B, namespaces int) (*Store, []Pod) {
	b.Helper()
	s := newStore(b, 5000)
	var pods []Pod
	for n := range namespaces {
		ns := fmt.Sprintf("namespace-%04d", n)
		s.PutNamespace(ns)
		for i := range 50 {
			p := testPod(fmt.Sprintf("%s/workload-%d/%d", ns, i/4, i))
			if i%3 == 0 {
				p = testPod(fmt.Sprintf("%s/workload-%d/%d", ns, i/4, i), "read-only-root-filesystem", "run-as-group")
			}
			s.Put(p)
			pods = append(pods, p)
		}
	}
	syncStore(s)
	return s, pods
}

func BenchmarkPut(b *testing.B) {
	s, pods := filled(b, 1000)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		s.Put(pods[i%len(pods)])
		i++
	}
}

// BenchmarkSnapshot folds 1,000 namespaces with 50,000 pods, after changes in
// none, one and all of the namespaces.
func BenchmarkSnapshot(b *testing.B) {
	for _, c := range []struct {
		name string
		step int // put every step-th pod before each snapshot
	}{{"unchanged", 0}, {"one-changed", 50_000}, {"all-changed", 50}} {
		b.Run(c.name, func(b *testing.B) {
			s, pods := filled(b, 1000)
			b.ReportAllocs()
			for round := 0; b.Loop(); round++ {
				for i := 0; c.step > 0 && i < len(pods); i += c.step {
					pods[i].UID = strconv.Itoa(round)
					s.Put(pods[i])
				}
				s.Snapshot()
			}
		})
	}
}
