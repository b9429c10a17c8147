package posture

import (
	"fmt"
	"strconv"
	"testing"
)

// filled returns a store with a number of namespaces, and its pods: 50 in each
// namespace, 4 in each workload. Every third pod fails two checks.
func filled(b *testing.B, namespaces int) (*Store, []Pod) {
	b.Helper()
	s := newStore(b, 5000)
	var pods []Pod
	for n := range namespaces {
		ns := fmt.Sprintf("namespace-%04d", n)
		s.PutNamespace(ns, nil, 0)
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

// BenchmarkSnapshotAfter folds 1,500 namespaces of one pod each, all of which have
// changed: alone, beside a namespace of 100,000 workloads, and after that namespace
// was deleted.
func BenchmarkSnapshotAfter(b *testing.B) {
	const namespaces, workloads = 1500, 100_000
	for _, c := range []struct {
		name        string
		there, gone bool
	}{{"never-there", false, false}, {"there", true, false}, {"gone", true, true}} {
		b.Run(c.name, func(b *testing.B) {
			s := newStore(b, 5000)
			syncStore(s)
			each := func(do func(Pod)) {
				for i := 0; c.there && i < workloads; i++ {
					do(testPod(fmt.Sprintf("large/workload-%d/1", i), "privileged"))
				}
			}
			s.PutNamespace("large", nil, 0)
			each(s.Put)
			pods := make([]Pod, namespaces)
			for n := range pods {
				pods[n] = testPod(fmt.Sprintf("namespace-%04d/web/1", n), "privileged")
				s.PutNamespace(pods[n].Namespace, nil, 0)
			}
			s.Snapshot()
			if c.gone {
				each(func(p Pod) { s.Delete(p.Namespace, p.Name, 0) })
				s.DeleteNamespace("large", 0)
			}
			b.ReportAllocs()
			for round := 0; b.Loop(); round++ {
				for n := range pods {
					pods[n].UID = strconv.Itoa(round)
					s.Put(pods[n])
				}
				s.Snapshot()
			}
		})
	}
}

// BenchmarkSnapshotAfterNamespaces takes a snapshot of one namespace after 100,000
// others were created and deleted.
func BenchmarkSnapshotAfterNamespaces(b *testing.B) {
	for _, gone := range []int{0, 100_000} {
		b.Run(strconv.Itoa(gone), func(b *testing.B) {
			s := newStore(b, 5000)
			syncStore(s)
			s.PutNamespace("stays", nil, 0)
			for n := range gone {
				s.PutNamespace(fmt.Sprint("goes-", n), nil, 0)
			}
			for n := range gone {
				s.DeleteNamespace(fmt.Sprint("goes-", n), 0)
			}
			for b.Loop() {
				s.Snapshot()
			}
		})
	}
}

// BenchmarkSnapshotAtTheLimit takes a snapshot of as many workloads as the limit
// allows series, of ten and of a hundred times as many, after no change and after a
// change in one namespace.
func BenchmarkSnapshotAtTheLimit(b *testing.B) {
	for _, workloads := range []int{5000, 50_000, 500_000} {
		for _, changed := range []bool{false, true} {
			b.Run(fmt.Sprintf("workloads=%d/changed=%t", workloads, changed), func(b *testing.B) {
				s := newStore(b, 5000)
				syncStore(s)
				for n := range 1000 {
					s.PutNamespace(fmt.Sprintf("namespace-%04d", n), nil, 0)
				}
				var last Pod
				for i := range workloads {
					last = testPod(fmt.Sprintf("namespace-%04d/workload-%d/1", i%1000, i), "privileged")
					s.Put(last)
				}
				s.Snapshot() // the first one folds everything
				for round := 0; b.Loop(); round++ {
					if changed {
						last.UID = strconv.Itoa(round)
						s.Put(last)
					}
					s.Snapshot()
				}
			})
		}
	}
}
