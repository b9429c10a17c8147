package posture

import (
	"cmp"
	"slices"
	"time"
	"unique"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// fold adds up namespaces, one at a time. It is kept for the memory that it
// works in: where events pour in, every scrape folds every namespace.
type fold struct {
	ratios    []ratio
	workloads map[unique.Handle[workload.Workload]]int // where in perCheck
	perCheck  [][securitycontext.NumChecks]uint32
	names     []failing // the workloads in order

	bySeverity []uint32 // the checks' indices, the most severe first, in the list's order where they are equal
	limit      int      // how many failures of workloads are listed of a namespace
}

// ratio is a score and how many pods have it.
type ratio struct {
	value float64
	pods  int
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
	defer f.end()
	for _, p := range ns.pods {
		folded.Pods[p.status]++
		if p.status == policy.Exempt {
			continue
		}
		if ratio, scored := p.points.Ratio(); scored {
			f.score(ratio)
		}
		if p.status == policy.Noncompliant {
			folded.standing(time.Unix(p.created, 0))
		}
		for check := range p.facts.Failed.All() {
			folded.Failing[check]++
		}
		if failed := p.facts.Failed & required; failed != 0 {
			f.fails(p.workload, failed)
		}
	}
	folded.Score, folded.HasScore = f.mean()
	folded.workloads, folded.workloadSeries = f.failures()
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
func (f *fold) fails(owner unique.Handle[workload.Workload], failed securitycontext.CheckSet) {
	if f.workloads == nil {
		f.workloads = map[unique.Handle[workload.Workload]]int{}
	}
	i, known := f.workloads[owner]
	if !known {
		i = len(f.perCheck)
		f.workloads[owner] = i
		f.perCheck = append(f.perCheck, [securitycontext.NumChecks]uint32{})
	}
	for check := range failed.All() {
		f.perCheck[i][check]++
	}
}

// mostWorkloads is for how many workloads of a namespace the memory is kept. To
// empty a map takes as long as it has once been large: a namespace with more must
// not slow down the folding of all others, nor after it is gone.
const mostWorkloads = 1024

// end forgets the namespace.
func (f *fold) end() {
	f.ratios = f.ratios[:0]
	if len(f.workloads) > mostWorkloads {
		f.workloads, f.perCheck, f.names = nil, nil, nil
		return
	}
	clear(f.names)
	f.names = f.names[:0]
	clear(f.workloads)
	f.perCheck = f.perCheck[:0]
}
