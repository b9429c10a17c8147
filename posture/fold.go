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

// fold adds up the pods of a namespace, one namespace at a time. Its memory is used
// again for the next one: in a busy cluster every scrape folds every namespace.
type fold struct {
	ratios    []ratio
	workloads map[unique.Handle[workload.Workload]]int // the index in perCheck
	perCheck  [][securitycontext.NumChecks]uint32      // failing pods, by workload and check
	names     []failing                                // the workloads in order

	bySeverity []uint32 // the checks' indices, the most severe first, in the list's order where they are equal
	limit      int      // of workloadFailures per namespace
}

// ratio is a score, from 0 to 1, and how many pods have it.
type ratio struct {
	value float64
	pods  int
}

// foldNamespace adds up the pods of one namespace. Failures of workloads are those
// of the required checks.
func (f *fold) foldNamespace(name string, ns *namespace, required securitycontext.CheckSet) *Namespace {
	folded := &Namespace{
		Name:           name,
		CountingSince:  ns.counters.since,
		Observed:       ns.counters.observed,
		CheckFailures:  ns.counters.checkFailures,
		VerdictChanges: ns.counters.verdictChanges,
	}
	defer f.reset()
	for _, p := range ns.pods {
		folded.Pods[p.status]++
		if p.status == policy.Exempt {
			continue
		}
		if ratio, scored := p.points.Ratio(); scored {
			f.addScore(ratio)
		}
		if p.status == policy.Noncompliant {
			folded.noteNoncompliant(time.Unix(p.created, 0))
		}
		for check := range p.facts.Failed.All() {
			folded.Failing[check]++
		}
		if failed := p.facts.Failed & required; failed != 0 {
			f.addFailed(p.workload, failed)
		}
	}
	folded.Score, folded.HasScore = f.mean()
	folded.workloads, folded.workloadSeries = f.failures()
	return folded
}

// noteNoncompliant is called with the time at which a non-compliant pod was created.
func (n *Namespace) noteNoncompliant(created time.Time) {
	if n.OldestNoncompliant.IsZero() || created.Before(n.OldestNoncompliant) {
		n.OldestNoncompliant = created
	}
}

// addScore adds a pod's score. There are few different ones, so they are kept in a
// sorted list.
func (f *fold) addScore(value float64) {
	i, known := slices.BinarySearchFunc(f.ratios, value, func(r ratio, value float64) int { return cmp.Compare(r.value, value) })
	if !known {
		f.ratios = slices.Insert(f.ratios, i, ratio{value: value})
	}
	f.ratios[i].pods++
}

// mean returns the mean score, and false if no pod has one. It adds in the order of
// the values, because a sum of floats depends on the order, and that of the pods
// changes from one scrape to the next.
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

// addFailed adds the required checks that a pod of a workload fails.
func (f *fold) addFailed(owner unique.Handle[workload.Workload], failed securitycontext.CheckSet) {
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

// maxKeptWorkloads is for how many workloads of a namespace the memory is used
// again. Clearing a map takes time in proportion to the size that it once had: one
// large namespace must not slow down the folding of all others.
const maxKeptWorkloads = 1024

// reset removes the values of the namespace that was folded.
func (f *fold) reset() {
	f.ratios = f.ratios[:0]
	if len(f.workloads) > maxKeptWorkloads {
		f.workloads, f.perCheck, f.names = nil, nil, nil
		return
	}
	clear(f.names)
	f.names = f.names[:0]
	clear(f.workloads)
	f.perCheck = f.perCheck[:0]
}
