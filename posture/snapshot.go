package posture

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/podscore/podscore/securitycontext"
)

// Status is a pod's verdict.
type Status uint8

// The verdicts. An exempt pod is scored and gets neither of the other two.
const (
	Compliant Status = iota
	Noncompliant
	Exempt

	NumStatuses = 3
)

// String returns the status as it stands in labels, such as "compliant".
func (s Status) String() string {
	return [...]string{"compliant", "noncompliant", "exempt"}[s]
}

// Snapshot is how everything stands at one moment. It never changes.
type Snapshot struct {
	// Synced is false before the first full pass; then nothing below but
	// Checks is set.
	Synced bool
	// Checks lists the checks in order; a check's place is its index elsewhere.
	Checks []CheckInfo
	// Namespaces lists the namespaces that exist, by name.
	Namespaces []*Namespace
	// Workloads lists what workloads fail, at most as many as the limit allows:
	// by name, or past the limit the most severe checks first.
	Workloads []WorkloadFailures
	// WorkloadsDropped is how many the limit held back.
	WorkloadsDropped int
}

// CheckInfo describes a check to those who read a snapshot.
type CheckInfo struct {
	// ID is the check's name.
	ID string
	// Severity says how much a failure exposes.
	Severity securitycontext.Severity
	// Required is true if a compliant pod must not fail the check.
	Required bool
}

// Namespace is how one namespace stands.
type Namespace struct {
	// Name is the namespace's name.
	Name string
	// Pods counts the scored pods by Status.
	Pods [NumStatuses]int
	// Score is the mean score, from 0 to 1, of the non-exempt scored pods; only if HasScore.
	Score    float64
	HasScore bool
	// Failing counts, per check, the non-exempt scored pods that fail it.
	Failing [securitycontext.NumChecks]int
	// OldestNoncompliant is when the longest-standing non-compliant pod was
	// created; zero if there is none.
	OldestNoncompliant time.Time

	// CountingSince is when the three counters below began.
	CountingSince time.Time
	// Observed counts newly observed pods by Status at first sight.
	Observed [NumStatuses]uint64
	// CheckFailures counts, per check, the newly observed pods that failed it.
	CheckFailures [securitycontext.NumChecks]uint64
	// VerdictChanges counts the verdicts of live pods that changed, by what they changed to.
	VerdictChanges [NumStatuses]uint64

	workloads []WorkloadFailures
}

// WorkloadFailures says how many non-exempt pods of a workload fail a required check.
type WorkloadFailures struct {
	// Namespace is the workload's namespace.
	Namespace string
	// Workload is what the pods belong to.
	Workload Workload
	// Check is the check's index.
	Check int
	// Pods is above 0.
	Pods int
}

// Snapshot folds what is known. Namespaces in which nothing changed since the
// last call are not folded again.
func (s *Store) Snapshot() *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	snapshot := &Snapshot{Synced: s.synced(), Checks: s.checks}
	if !snapshot.Synced {
		return snapshot
	}
	snapshot.Namespaces = make([]*Namespace, 0, len(s.namespaces))
	workloads := 0
	for name, ns := range s.namespaces {
		if !ns.exists {
			continue
		}
		if ns.folded == nil {
			ns.folded = s.fold(name, ns)
		}
		snapshot.Namespaces = append(snapshot.Namespaces, ns.folded)
		workloads += len(ns.folded.workloads)
	}
	slices.SortFunc(snapshot.Namespaces, func(a, b *Namespace) int { return strings.Compare(a.Name, b.Name) })
	snapshot.Workloads = make([]WorkloadFailures, 0, workloads)
	for _, ns := range snapshot.Namespaces {
		snapshot.Workloads = append(snapshot.Workloads, ns.workloads...)
	}
	if limit := s.options.WorkloadSeriesLimit; workloads > limit {
		s.sortBySeverity(snapshot.Workloads)
		snapshot.Workloads = snapshot.Workloads[:limit]
		snapshot.WorkloadsDropped = workloads - limit
	}
	return snapshot
}

// fold adds up one namespace.
func (s *Store) fold(name string, ns *namespace) *Namespace {
	folded := &Namespace{
		Name:           name,
		CountingSince:  ns.counters.since,
		Observed:       ns.counters.observed,
		CheckFailures:  ns.counters.checkFailures,
		VerdictChanges: ns.counters.verdictChanges,
	}
	required := s.options.Policy.Required()
	ratios := map[float64]int{}
	workloads := map[Workload]*[securitycontext.NumChecks]int{}
	for _, p := range ns.pods {
		folded.Pods[p.status]++
		if p.status == Exempt {
			continue
		}
		if p.scored {
			ratios[p.ratio]++
		}
		if p.status == Noncompliant && (folded.OldestNoncompliant.IsZero() || p.Created.Before(folded.OldestNoncompliant)) {
			folded.OldestNoncompliant = p.Created
		}
		for check := range p.Result.Failed.All() {
			folded.Failing[check]++
		}
		failed := p.Result.Failed & required
		if failed == 0 {
			continue
		}
		perCheck := workloads[p.Workload]
		if perCheck == nil {
			perCheck = new([securitycontext.NumChecks]int)
			workloads[p.Workload] = perCheck
		}
		for check := range failed.All() {
			perCheck[check]++
		}
	}
	folded.Score, folded.HasScore = mean(ratios)
	for workload, perCheck := range workloads {
		for check, pods := range perCheck {
			if pods > 0 {
				folded.workloads = append(folded.workloads, WorkloadFailures{name, workload, check, pods})
			}
		}
	}
	slices.SortFunc(folded.workloads, byName)
	return folded
}

// mean returns the mean of the ratios, each as often as it says. It adds in
// the order of their values: in the map's order, the last digit would change
// from one scrape to the next.
func mean(ratios map[float64]int) (float64, bool) {
	sum, pods := 0.0, 0
	for _, ratio := range slices.Sorted(maps.Keys(ratios)) {
		sum += ratio * float64(ratios[ratio])
		pods += ratios[ratio]
	}
	if pods == 0 {
		return 0, false
	}
	return sum / float64(pods), true
}

// sortBySeverity puts first what must not be held back: the most severe checks,
// in the list's order. Beyond that the order is by name, so that the same
// series stay from scrape to scrape.
func (s *Store) sortBySeverity(failures []WorkloadFailures) {
	slices.SortFunc(failures, func(a, b WorkloadFailures) int {
		return cmp.Or(
			cmp.Compare(s.checks[b.Check].Severity.Rank(), s.checks[a.Check].Severity.Rank()),
			cmp.Compare(a.Check, b.Check),
			byName(a, b),
		)
	})
}

// byName orders by namespace, workload and check.
func byName(a, b WorkloadFailures) int {
	return cmp.Or(
		strings.Compare(a.Namespace, b.Namespace),
		strings.Compare(a.Workload.Kind, b.Workload.Kind),
		strings.Compare(a.Workload.Name, b.Workload.Name),
		cmp.Compare(a.Check, b.Check),
	)
}
