package posture

import (
	"slices"
	"strings"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Snapshot is how everything stands at one moment. It never changes.
type Snapshot struct {
	// Synced is false before the first full pass.
	Synced bool
	// Reporting is false before the first full pass and while another replica
	// reports; then nothing below but Checks is set.
	Reporting bool
	// Observed counts newly observed pods by verdict at first sight, in the whole
	// cluster, since CountingSince.
	Observed      [policy.NumStatuses]uint64
	CountingSince time.Time
	// Checks lists the checks in order; a check's place is its index elsewhere.
	Checks []policy.CheckInfo
	// Namespaces lists the namespaces that exist, by name.
	Namespaces []*Namespace
	// Workloads lists what workloads fail, at most as many as the limit allows:
	// namespace by namespace, the most severe checks first.
	Workloads []WorkloadFailures
	// Dropped lists the namespaces of which the limit held something back, by name.
	Dropped []Dropped
	// WorkloadsDropped is how much the limit held back of all of them.
	WorkloadsDropped int

	term, release uint64 // the ledger's
}

// Dropped says how many [WorkloadFailures] of a namespace the limit held back.
type Dropped struct {
	// Namespace is the namespace's name.
	Namespace string
	// Series is above 0.
	Series int
}

// Namespace is how one namespace stands.
type Namespace struct {
	// Name is the namespace's name.
	Name string
	// Pods counts the scored pods by verdict.
	Pods [policy.NumStatuses]int
	// Score is the mean score, from 0 to 1, of the non-exempt scored pods; only if HasScore.
	Score    float64
	HasScore bool
	// Failing counts, per check, the non-exempt scored pods that fail it.
	Failing [securitycontext.NumChecks]int
	// OldestNoncompliant is when the oldest non-compliant pod was created, whenever
	// it became so; zero if there is none.
	OldestNoncompliant time.Time

	// CountingSince is when the three counters below began.
	CountingSince time.Time
	// Observed counts newly observed pods by verdict at first sight.
	Observed [policy.NumStatuses]uint64
	// CheckFailures counts, per check, the newly observed, non-exempt pods that failed it.
	CheckFailures [securitycontext.NumChecks]uint64
	// VerdictChanges counts the verdicts of live pods that changed, by what they changed to.
	VerdictChanges [policy.NumStatuses]uint64

	// workloads are the first of workloadSeries, as many as any share allows.
	workloads      []workloadFailure
	workloadSeries int
}

// WorkloadFailures says how many non-exempt pods of a workload fail a required check.
type WorkloadFailures struct {
	// Namespace is the workload's namespace.
	Namespace string
	// Workload is what the pods belong to.
	Workload workload.Workload
	// Check is the check's index.
	Check int
	// Pods is above 0.
	Pods int
}

// Snapshot folds what is known. Namespaces in which nothing changed since the
// last call are not folded again. It changes nothing that a later one would say:
// what somebody has read of it is told by Exposed.
func (s *Store) Snapshot() *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	snapshot := &Snapshot{Synced: s.synced(), Checks: s.checks}
	snapshot.Reporting = snapshot.Synced && s.ledger.reports(s.options.Now())
	if !snapshot.Reporting {
		return snapshot
	}
	snapshot.term, snapshot.release = s.ledger.term, s.ledger.release
	snapshot.Observed, snapshot.CountingSince = s.cluster.observed, s.cluster.since
	snapshot.Namespaces = make([]*Namespace, 0, len(s.namespaces))
	for name, ns := range s.namespaces {
		if !ns.exists {
			s.forget(name, ns)
			continue
		}
		if ns.folded == nil {
			ns.folded = s.fold.of(name, ns, s.options.Policy.Required())
		}
		snapshot.Namespaces = append(snapshot.Namespaces, ns.folded)
	}
	slices.SortFunc(snapshot.Namespaces, func(a, b *Namespace) int { return strings.Compare(a.Name, b.Name) })
	snapshot.share(s.options.WorkloadSeriesLimit)
	return snapshot
}
