package policy

import (
	"fmt"
	"testing"

	"github.com/podscore/podscore/workload"
)

// baselines are exemptions as they are written down in numbers. The first of each
// covers the pod.
var baselines = []struct {
	name string
	of   func(i int) Exemption
}{
	{"baseline", func(i int) Exemption { // one for every workload, seven to a namespace
		return Exemption{Namespaces: globs(fmt.Sprint("team-", i/7)), Workloads: []WorkloadPattern{{"Deployment", *globOf(fmt.Sprint("web-", i))}}, Checks: everyCheck}
	}},
	{"containers", func(i int) Exemption {
		return Exemption{Everywhere: true, Containers: []ContainerPattern{container(fmt.Sprint("proxy-", i), fmt.Sprintf("registry.example.com/%d/proxy", i))}, Checks: everyCheck}
	}},
	{"globs", func(i int) Exemption { // which have to be asked one by one
		return Exemption{Everywhere: true, Containers: []ContainerPattern{container(fmt.Sprintf("proxy-%d*", i), fmt.Sprintf("registry.example.com/%d/**", i))}, Checks: everyCheck}
	}},
}

func manyOf(of func(i int) Exemption, n int) (list []Exemption) {
	for i := range n {
		e := of(i)
		e.Name = fmt.Sprintf("e-%05d", i)
		list = append(list, e)
	}
	return list
}

// BenchmarkJudge judges a pod with two failing containers: in a namespace whose policy
// is at hand, and with looking for that.
func BenchmarkJudge(b *testing.B) {
	facts := *failing
	facts.Containers = append(facts.Containers[:0:0], facts.Containers...)
	facts.Containers[0].Name, facts.Containers[0].Repository = "proxy-0", "registry.example.com/0/proxy"
	ns, w := Namespace{Name: "team-0", LabelsKnown: true}, workload.Workload{Kind: "Deployment", Name: "web-0"}
	for _, baseline := range baselines {
		for _, n := range []int{0, 10, 1000, 10_000} {
			policy := mustPreset(b, "cis").Exempting(manyOf(baseline.of, n))
			local := policy.In(ns)
			if excuses := local.Judge(w, &facts).Excuses; len(excuses) != min(n, 1) {
				b.Fatalf("%d exemptions excuse something, want %d", len(excuses), min(n, 1))
			}
			b.Run(fmt.Sprintf("%s=%d", baseline.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					local.Judge(w, &facts)
				}
			})
			b.Run(fmt.Sprintf("%s=%d/namespace", baseline.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					policy.Judge(ns, w, &facts)
				}
			})
		}
	}
}

// BenchmarkJudgeExempt judges a pod that all exemptions cover.
func BenchmarkJudgeExempt(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			local := mustPreset(b, "cis").Exempting(manyOf(func(int) Exemption {
				return Exemption{Everywhere: true, Containers: []ContainerPattern{{Name: globOf("*")}}, Checks: everyCheck}
			}, n)).In(shop)
			b.ReportAllocs()
			for b.Loop() {
				local.Judge(web, failing)
			}
		})
	}
}

// BenchmarkExempting makes a policy of many exemptions, and asks what time it is.
func BenchmarkExempting(b *testing.B) {
	list := manyOf(baselines[0].of, 10_000)
	for i := range list {
		list[i].Ends = day(i % 365)
	}
	cis := mustPreset(b, "cis")
	b.Run("exempting", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			cis.Exempting(list)
		}
	})
	policy := cis.Exempting(list)
	b.Run("at", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			policy.At(day(100))
		}
	})
}
