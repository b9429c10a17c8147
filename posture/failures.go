package posture

import (
	"cmp"
	"slices"
	"strings"
	"unique"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// workloadFailure is a [WorkloadFailures] in a quarter of the memory.
type workloadFailure struct {
	workload unique.Handle[workload.Workload]
	pods     uint32
	check    uint32
}

func (f workloadFailure) in(namespace string) WorkloadFailures {
	return WorkloadFailures{Namespace: namespace, Workload: f.workload.Value(), Check: int(f.check), Pods: int(f.pods)}
}

// failing is a workload and the place of its numbers in perCheck.
type failing struct {
	workload.Workload
	handle unique.Handle[workload.Workload]
	at     int
}

// failures lists what fails was told, the most severe checks first, in the list's
// order, and within a check by workload: however few can be shown of a namespace,
// they are the first ones. It returns no more than can be, and how many there are.
func (f *fold) failures() (first []workloadFailure, all int) {
	perCheck := [securitycontext.NumChecks]int{}
	workloads := f.byName()
	for _, w := range workloads {
		for check, pods := range f.perCheck[w.at] {
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
			if pods := f.perCheck[w.at][check]; pods > 0 {
				first = append(first, workloadFailure{w.handle, pods, check})
			}
		}
	}
	return first, all
}

// byName lists the workloads by kind and name.
func (f *fold) byName() []failing {
	for handle, at := range f.workloads {
		f.names = append(f.names, failing{handle.Value(), handle, at})
	}
	sortWorkloads(f.names)
	return f.fewKinds(f.names)
}

func sortWorkloads(workloads []failing) {
	slices.SortFunc(workloads, func(a, b failing) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
}

// mostKinds is how many kinds a namespace shows that neither Kubernetes nor the
// table of workload has. Whoever writes pods could invent more without end, and
// a kind is what people group by.
const mostKinds = 20

// otherKind is the kind under which the workloads of more kinds stand.
const otherKind = "Other"

// fewKinds puts the workloads of too many kinds under one, in a list by kind.
// The kinds that stay are the first by name, on every replica the same.
func (f *fold) fewKinds(workloads []failing) []failing {
	kinds, last, others := 0, "", false
	for i := range workloads {
		w := &workloads[i]
		if w.Kind != last && !workload.Known(w.Kind) {
			kinds++
		}
		last = w.Kind
		if kinds > mostKinds && !workload.Known(w.Kind) {
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
		for check, pods := range f.perCheck[w.at] {
			f.perCheck[last.at][check] += pods
		}
	}
	return merged
}
