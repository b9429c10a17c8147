package posture

import (
	"cmp"
	"slices"
	"strings"
	"unique"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// workloadFailure is a compact [WorkloadFailures]: there are as many as workloads
// fail checks.
type workloadFailure struct {
	workload unique.Handle[workload.Workload]
	pods     uint32
	check    uint32
}

func (f workloadFailure) in(namespace string) WorkloadFailures {
	return WorkloadFailures{Namespace: namespace, Workload: f.workload.Value(), Check: int(f.check), Pods: int(f.pods)}
}

// failing is a workload of which pods fail required checks.
type failing struct {
	workload.Workload
	handle unique.Handle[workload.Workload]
	index  int // in perCheck
}

// failures returns the first failures of the workloads, at most the limit, and how
// many there are in all. They are ordered by severity, the most severe first, then
// by the checks' order, then by workload, so that a smaller limit cuts off the
// least severe.
func (f *fold) failures() (first []workloadFailure, all int) {
	perCheck := [securitycontext.NumChecks]int{}
	workloads := f.byName()
	for _, w := range workloads {
		for check, pods := range f.perCheck[w.index] {
			perCheck[check] += int(min(pods, 1))
		}
	}
	for _, count := range perCheck {
		all += count
	}
	first = make([]workloadFailure, 0, min(all, f.limit))
	for _, check := range f.bySeverity {
		if perCheck[check] == 0 {
			continue
		}
		for _, w := range workloads {
			if len(first) == f.limit {
				return first, all
			}
			if pods := f.perCheck[w.index][check]; pods > 0 {
				first = append(first, workloadFailure{w.handle, pods, check})
			}
		}
	}
	return first, all
}

// byName returns the workloads by kind and name, with at most maxKinds kinds that
// are not known.
func (f *fold) byName() []failing {
	for handle, index := range f.workloads {
		f.names = append(f.names, failing{handle.Value(), handle, index})
	}
	sortWorkloads(f.names)
	return f.limitKinds(f.names)
}

func sortWorkloads(workloads []failing) {
	slices.SortFunc(workloads, func(a, b failing) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
}

// maxKinds bounds, per namespace, the kinds that [workload.Known] does not know.
// The author of a pod can invent any number of them, and a kind is a label.
const maxKinds = 20

// otherKind replaces the kinds above the bound.
const otherKind = "Other"

// limitKinds replaces the kinds above the bound with otherKind in a list that is
// sorted by kind, and merges workloads that are equal then. The kinds that stay are
// the first by name, the same ones on every replica.
func (f *fold) limitKinds(workloads []failing) []failing {
	kinds, last, others := 0, "", false
	for i := range workloads {
		w := &workloads[i]
		if w.Kind != last && !workload.Known(w.Kind) {
			kinds++
		}
		last = w.Kind
		if kinds > maxKinds && !workload.Known(w.Kind) {
			w.Kind, others = otherKind, true
			w.handle = unique.Make(w.Workload)
		}
	}
	if !others {
		return workloads
	}
	sortWorkloads(workloads)
	merged := workloads[:1]
	for _, w := range workloads[1:] {
		last := merged[len(merged)-1]
		if w.handle != last.handle {
			merged = append(merged, w)
			continue
		}
		for check, pods := range f.perCheck[w.index] {
			f.perCheck[last.index][check] += pods
		}
	}
	return merged
}
