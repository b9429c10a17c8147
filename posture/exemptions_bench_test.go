package posture

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// exempting are exemptions as a configuration may have many: a baseline has one for a
// workload, of which it covers the pods in one namespace, and others cover every pod.
var exempting = map[string]func(i int) policy.Exemption{
	"baseline": func(i int) policy.Exemption {
		return policy.Exemption{Namespaces: globs(namespaceName(i / 7)), Workloads: []policy.WorkloadPattern{{Kind: "Deployment", Name: globs(fmt.Sprint("workload-", i%7))[0]}}}
	},
	"everywhere": func(int) policy.Exemption { return policy.Exemption{Everywhere: true} },
}

func namespaceName(i int) string { return fmt.Sprintf("namespace-%04d", i) }

// exemptions returns n exemptions of run-as-group and one check more.
func exemptions(of func(int) policy.Exemption, n int) (list []policy.Exemption) {
	for i := range n {
		e := of(i)
		e.Name, e.Checks = fmt.Sprintf("e-%05d", i), securitycontext.CheckSet(1<<index("run-as-group")).With(i%securitycontext.NumChecks)
		list = append(list, e)
	}
	return list
}

// populated returns a store with a number of pods, 100 to a namespace and 4 to a workload.
// Every workload has a container name of its own, and two of three fail checks.
func populated(b *testing.B, pods int) *Store {
	b.Helper()
	s := newStore(b, 5000)
	s.limits.ExemptionSeries = 1000
	failed := securitycontext.CheckSet(0).With(index("run-as-group")).With(index("privileged"))
	for n := range pods / 100 {
		ns := namespaceName(n)
		s.PutNamespace(ns, nil, 0)
		for w := range 25 {
			facts := &securitycontext.Facts{}
			if w%3 > 0 {
				facts.Failed, facts.Containers = failed, []securitycontext.ContainerFacts{{Name: fmt.Sprint("c", n, w), Repository: "docker.io/library/app", Failed: failed}}
			}
			for i := range 4 {
				s.Put(Pod{
					Namespace: ns, Name: fmt.Sprintf("workload-%d-%d", w, i), UID: fmt.Sprint(n, w, i), Created: start,
					Workload: workload.Workload{Kind: "Deployment", Name: fmt.Sprint("workload-", w)}, Facts: facts,
				})
			}
		}
	}
	syncStore(s)
	return s
}

// forMany runs a benchmark for numbers of pods and of exemptions. With 0 exemptions it does
// not matter of which kind they are.
func forMany(b *testing.B, run func(b *testing.B, s *Store, with policy.Policy)) {
	for _, pods := range []int{5000, 50_000, 150_000} {
		s := populated(b, pods)
		plain := s.policy
		for _, kind := range []string{"baseline", "everywhere"} {
			for _, n := range []int{0, 10, 1000, 10_000} {
				if n == 0 && kind != "baseline" {
					continue
				}
				b.Run(fmt.Sprintf("pods=%d/%s=%d", pods, kind, n), func(b *testing.B) {
					run(b, s, plain.Exempting(exemptions(exempting[kind], n)))
				})
			}
		}
	}
}

// waitingFor has another goroutine ask for the lock of a store every millisecond while a
// function runs, and reports the longest time that it waited, or was not let run.
func waitingFor(b *testing.B, s *Store, during func()) {
	b.Helper()
	var waits []time.Duration
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				began := time.Now()
				s.Resign()
				waits = append(waits, time.Since(began))
			}
		}
	}()
	during()
	close(done)
	<-ended
	if len(waits) > 0 {
		b.ReportMetric(float64(slices.Max(waits).Microseconds())/1000, "ms-longest-wait")
	}
}

// BenchmarkReload has a store take in a configuration and another one in turn. All pods are
// judged anew.
func BenchmarkReload(b *testing.B) {
	round := 0
	forMany(b, func(b *testing.B, s *Store, with policy.Policy) {
		waitingFor(b, s, func() {
			for b.Loop() {
				round++
				s.SetPolicy(with.Requiring(with.Required()^securitycontext.CheckSet(round%2)), strconv.Itoa(round), s.limits)
			}
		})
	})
}

// BenchmarkSnapshotExempting takes a snapshot after a change in every namespace.
func BenchmarkSnapshotExempting(b *testing.B) {
	round := 0
	forMany(b, func(b *testing.B, s *Store, with policy.Policy) {
		round++
		s.SetPolicy(with, strconv.Itoa(round), s.limits)
		waitingFor(b, s, func() {
			for b.Loop() {
				for _, ns := range s.namespaces {
					ns.folded = nil
				}
				s.Snapshot()
			}
		})
	})
}
