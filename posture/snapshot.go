package posture

import (
	"slices"
	"strings"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Snapshot has the results of all pods at one moment. It is never changed.
type Snapshot struct {
	// Synced is false before the end of the first full pass, see [Store.FirstPass].
	Synced bool
	// Reporting is true if this replica exposes results. It is false before the end
	// of the first full pass, and while this replica does not hold the Lease. Then
	// nothing below but Checks and Exemptions is set.
	Reporting bool
	// Observed counts, by verdict at first sight, the pods of the whole cluster that
	// appeared since CountingSince.
	Observed [policy.NumStatuses]uint64
	// CountingSince is when Observed began at 0.
	CountingSince time.Time
	// Checks lists the checks in order. A check's index here is its index everywhere.
	Checks []policy.CheckInfo
	// Exemptions lists the exemptions of the policy by name, those that have ended too. An
	// exemption's index here is its index everywhere.
	Exemptions []Exemption
	// Namespaces lists the namespaces that exist, by name.
	Namespaces []*Namespace
	// Workloads lists the failures of workloads, at most as many as
	// [Limits.WorkloadSeries]: by namespace, the most severe checks first.
	Workloads []WorkloadFailures
	// Dropped lists the namespaces of which the limit left failures out, by name.
	Dropped []Dropped
	// WorkloadsDropped is how many the limit left out in all.
	WorkloadsDropped int
	// ExcusedFailures has, by exemption, how many pairs of a pod and a check there are of
	// which it excuses the failure of the pod or of a container.
	ExcusedFailures []int
	// ExemptionPods lists the pods of exemptions, by namespace and exemption, at most as
	// many as [Limits.ExemptionSeries].
	ExemptionPods []ExemptionPods
	// ExemptionPodsDropped is how many of these the limit left out.
	ExemptionPodsDropped int

	term, release uint64 // of the ledger, when the snapshot was taken
}

// Dropped is how many [WorkloadFailures] of a namespace the limit left out.
type Dropped struct {
	// Namespace is the namespace's name.
	Namespace string
	// Series is above 0.
	Series int
}

// Namespace is the result of one namespace.
type Namespace struct {
	// Name is the namespace's name.
	Name string
	// Pods counts the scored pods by verdict.
	Pods [policy.NumStatuses]int
	// Score is the mean score, from 0 to 1, of ScorePods pods. It is valid only if
	// HasScore is true.
	Score float64
	// HasScore is false if Score means nothing.
	HasScore bool
	// ScorePods is to how many pods some core check applies that is not exempt, without
	// those that an exemption takes out.
	ScorePods int
	// Failing counts, per check, the pods that fail it: what is excused does not count,
	// nor do pods that an exemption takes out.
	Failing [securitycontext.NumChecks]int
	// OldestNoncompliant is the creation time of the oldest pod that is non-compliant
	// now; zero if there is none.
	OldestNoncompliant time.Time

	// CountingSince is when the three counters below began at 0.
	CountingSince time.Time
	// Observed counts the pods that appeared, by verdict at first sight.
	Observed [policy.NumStatuses]uint64
	// CheckFailures counts, per check, the pods that failed it when they appeared, as in
	// Failing.
	CheckFailures [securitycontext.NumChecks]uint64
	// VerdictChanges counts the changes of verdict of known pods, by the new verdict.
	VerdictChanges [policy.NumStatuses]uint64

	workloads      []workloadFailure // the first of workloadSeries, at most the limit
	workloadSeries int               // failures of workloads in all
	excused        []excused         // in any order
}

// WorkloadFailures is how many non-compliant pods of a workload fail a required check, in a
// way that is not excused.
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

// Snapshot returns the results of all pods that are known. Namespaces in which
// nothing changed since the last call are not folded again. Counters are not changed
// by it, see [Store.Release], and that a scrape has read them is reported to
// [Store.Exposed].
func (s *Store) Snapshot() *Snapshot {
	snapshot, limits := s.folded()
	if snapshot.Reporting {
		slices.SortFunc(snapshot.Namespaces, func(a, b *Namespace) int { return strings.Compare(a.Name, b.Name) })
		snapshot.share(limits.WorkloadSeries)
		snapshot.addExemptions(limits.ExemptionSeries)
	}
	return snapshot
}

// folded returns a snapshot with what is known of each namespace at one moment, in any
// order, and the limits for what is made of it while others may have the lock.
func (s *Store) folded() (*Snapshot, Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reporting() {
		s.foldAhead()
	}
	snapshot := &Snapshot{Synced: s.synced(), Checks: s.checks, Exemptions: s.exemptions, Reporting: s.reporting()}
	if !snapshot.Reporting {
		return snapshot, s.limits
	}
	snapshot.term, snapshot.release = s.ledger.term, s.ledger.release
	snapshot.Observed, snapshot.CountingSince = s.cluster.observed, s.cluster.since
	snapshot.Namespaces = make([]*Namespace, 0, len(s.namespaces))
	for name, ns := range s.namespaces {
		if !ns.exists {
			s.forget(name, ns)
			continue
		}
		snapshot.Namespaces = append(snapshot.Namespaces, s.foldedOf(ns))
	}
	return snapshot, s.limits
}

func (s *Store) reporting() bool { return s.synced() && s.ledger.reporting(s.options.Now()) }

// foldedAtOnce is how many groups are folded before others may have the lock.
const foldedAtOnce = 4096

// foldAhead folds the namespaces in which something has changed, while others may have the
// lock from time to time. What changes meanwhile is left to the snapshot itself.
func (s *Store) foldAhead() {
	var changed []*namespace
	for _, ns := range s.namespaces {
		if ns.exists && ns.folded == nil {
			changed = append(changed, ns)
		}
	}
	groups := 0
	for _, ns := range changed {
		s.foldedOf(ns)
		if groups += len(ns.groups); groups >= foldedAtOnce {
			groups = 0
			s.mu.Unlock()
			s.mu.Lock() // nobody waits for longer than a millisecond: then a Mutex is handed over
		}
	}
}

// foldedOf returns the result of a namespace.
func (s *Store) foldedOf(ns *namespace) *Namespace {
	if ns.folded == nil {
		ns.folded = s.fold.foldNamespace(ns.name, ns, s.policy.Required())
	}
	return ns.folded
}
