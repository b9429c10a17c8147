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
	perCheck  [][securitycontext.NumChecks]uint32      // non-compliant pods, by workload and check
	excused   map[excuses]int                          // pods, by what is excused of them
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
	oldest, lookedUp := uint32(unknown), false
	for _, g := range ns.groups {
		v := g.now.Value()
		f.addGroup(folded, g, &v, required)
		if v.status != policy.Noncompliant {
			continue
		}
		if g.oldest == unknown && !lookedUp {
			ns.lookUpOldest()
			lookedUp = true
		}
		oldest = min(oldest, g.oldest)
	}
	if oldest != unknown {
		folded.OldestNoncompliant = time.Unix(int64(oldest), 0)
	}
	folded.Score, folded.ScorePods = f.mean()
	folded.HasScore = folded.ScorePods > 0
	folded.workloads, folded.workloadSeries = f.failures()
	folded.excused = f.takeExcused()
	return folded
}

// addGroup adds the pods of a group.
func (f *fold) addGroup(to *Namespace, g *group, v *verdict, required securitycontext.CheckSet) {
	to.Pods[v.status] += int(g.pods)
	f.addExcused(v.excuses, g.pods)
	if v.out {
		return
	}
	if ratio, scored := v.points.Ratio(); scored {
		f.addScore(ratio, g.pods)
	}
	for check := range v.failed.All() {
		to.Failing[check] += int(g.pods)
	}
	if failed := v.failed & required; failed != 0 {
		f.addFailed(g.workload, failed, g.pods)
	}
}

// addScore adds the score of some pods. There are few different ones, so they are kept in a
// sorted list.
func (f *fold) addScore(value float64, pods uint32) {
	i, known := slices.BinarySearchFunc(f.ratios, value, func(r ratio, value float64) int { return cmp.Compare(r.value, value) })
	if !known {
		f.ratios = slices.Insert(f.ratios, i, ratio{value: value})
	}
	f.ratios[i].pods += int(pods)
}

// mean returns the mean score, and of how many pods it is. It adds in the order of
// the values, because a sum of floats depends on the order, and that of the pods
// changes from one scrape to the next.
func (f *fold) mean() (mean float64, pods int) {
	sum := 0.0
	for _, r := range f.ratios {
		sum += r.value * float64(r.pods)
		pods += r.pods
	}
	if pods == 0 {
		return 0, 0
	}
	return sum / float64(pods), pods
}

// addFailed adds the required checks that some pods of a workload fail.
func (f *fold) addFailed(owner unique.Handle[workload.Workload], failed securitycontext.CheckSet, pods uint32) {
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
		f.perCheck[i][check] += pods
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
