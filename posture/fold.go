package posture

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unique"

	"github.com/podscore/podscore/securitycontext"
)

// fold adds up namespaces, one at a time. It is kept for the memory that it
// works in: where events pour in, every scrape folds every namespace.
type fold struct {
	ratios    []ratio
	workloads map[unique.Handle[Workload]]int // where in perCheck
	perCheck  [][securitycontext.NumChecks]uint32
}

func newFold() fold { return fold{workloads: map[unique.Handle[Workload]]int{}} }

// ratio is a score and how many pods have it.
type ratio struct {
	value float64
	pods  int
}

// workloadFailure is a [WorkloadFailures] in a quarter of the memory.
type workloadFailure struct {
	workload unique.Handle[Workload]
	pods     uint32
	check    uint32
}

func (f workloadFailure) in(namespace string) WorkloadFailures {
	return WorkloadFailures{Namespace: namespace, Workload: f.workload.Value(), Check: int(f.check), Pods: int(f.pods)}
}

// of adds up one namespace.
func (f *fold) of(name string, ns *namespace, required securitycontext.CheckSet) *Namespace {
	folded := &Namespace{
		Name:           name,
		CountingSince:  ns.counters.since,
		Observed:       ns.counters.observed,
		CheckFailures:  ns.counters.checkFailures,
		VerdictChanges: ns.counters.verdictChanges,
	}
	f.ratios = f.ratios[:0]
	f.perCheck = f.perCheck[:0]
	clear(f.workloads)
	for _, p := range ns.pods {
		folded.Pods[p.status]++
		if p.status == Exempt {
			continue
		}
		if p.scored {
			f.score(p.ratio)
		}
		if p.status == Noncompliant {
			folded.standing(time.Unix(p.created, 0))
		}
		for check := range p.failed.All() {
			folded.Failing[check]++
		}
		if failed := p.failed & required; failed != 0 {
			f.fails(p.workload, failed)
		}
	}
	folded.Score, folded.HasScore = f.mean()
	folded.workloads = f.failures()
	return folded
}

// standing takes in when a non-compliant pod was created.
func (n *Namespace) standing(since time.Time) {
	if n.OldestNoncompliant.IsZero() || since.Before(n.OldestNoncompliant) {
		n.OldestNoncompliant = since
	}
}

// score takes in a pod's ratio. There are few different ones, and they stay in
// the order of their values.
func (f *fold) score(value float64) {
	i, known := slices.BinarySearchFunc(f.ratios, value, func(r ratio, value float64) int { return cmp.Compare(r.value, value) })
	if !known {
		f.ratios = slices.Insert(f.ratios, i, ratio{value: value})
	}
	f.ratios[i].pods++
}

// mean returns the mean of the ratios. It adds in the order of their values: in
// the order of the pods, the last digit would change from one scrape to the next.
func (f *fold) mean() (float64, bool) {
	sum, pods := 0.0, 0
	for _, r := range f.ratios {
		sum += r.value * float64(r.pods)
		pods += r.pods
	}
	if pods == 0 {
		return 0, false
	}
	return sum / float64(pods), true
}

// fails takes in the required checks that a pod of a workload fails.
func (f *fold) fails(workload unique.Handle[Workload], failed securitycontext.CheckSet) {
	i, known := f.workloads[workload]
	if !known {
		i = len(f.perCheck)
		f.workloads[workload] = i
		f.perCheck = append(f.perCheck, [securitycontext.NumChecks]uint32{})
	}
	for check := range failed.All() {
		f.perCheck[i][check]++
	}
}

// failures lists what fails was told, by workload and check.
func (f *fold) failures() []workloadFailure {
	count := 0
	for i := range f.perCheck {
		for _, pods := range f.perCheck[i] {
			count += int(min(pods, 1))
		}
	}
	failures := make([]workloadFailure, 0, count)
	for workload, i := range f.workloads {
		for check, pods := range f.perCheck[i] {
			if pods > 0 {
				failures = append(failures, workloadFailure{workload, pods, uint32(check)})
			}
		}
	}
	slices.SortFunc(failures, func(a, b workloadFailure) int {
		if a.workload == b.workload {
			return cmp.Compare(a.check, b.check)
		}
		one, other := a.workload.Value(), b.workload.Value()
		return cmp.Or(strings.Compare(one.Kind, other.Kind), strings.Compare(one.Name, other.Name))
	})
	return failures
}
