package posture

import (
	"fmt"
	"testing"
	"time"

	"github.com/podscore/podscore/policy"
)

// TestChangesOfNothingTakeNoPlace: a change that changes verdicts is counted, however many
// come after it that change none.
func TestChangesOfNothingTakeNoPlace(t *testing.T) {
	now := start
	ends := []policy.Exemption{selecting(t, start.Add(time.Minute)).Exemptions()[0]}
	for i := range 2 * maxChanges {
		ends = append(ends, policy.Exemption{Name: fmt.Sprint("unused-", i), Namespaces: globs("nowhere"), Checks: 1, Ends: start.Add(time.Duration(i+1) * time.Hour)})
	}
	s := turning(t, cisExempting(t, ends...), &now)
	now = start.Add(3 * maxChanges * time.Hour)
	s.Advance()
	if kept := len(s.ledger.changes); kept > maxChanges {
		t.Errorf("%d changes are kept, want at most %d", kept, maxChanges)
	}
	scrape(s)
	if got := s.Snapshot().Namespaces[0].VerdictChanges; got != [policy.NumStatuses]uint64{0, 1, 0} {
		t.Errorf("changes of verdicts are %v, want the one that was made first", got)
	}
	if through, last := s.Note().Judged.Ended, start.Add(2*maxChanges*time.Hour); !through.Equal(last) {
		t.Errorf("noted is an end at %s, want the last, at %s", through, last)
	}
}

// TestLabelsHideNoOtherChange: whoever changes the labels of a namespace again and again
// hides nothing of what a configuration has changed.
func TestLabelsHideNoOtherChange(t *testing.T) {
	now := start
	everywhere := policy.Exemption{Name: "all", Everywhere: true, All: true, Checks: 1 << index("privileged")}
	s := turning(t, cisExempting(t, selecting(t, time.Time{}).Exemptions()[0], everywhere), &now)
	s.PutNamespace("b", map[string]string{}, 2)
	s.Put(testPod("b/web/1", "privileged"))
	scrape(s)
	s.SetPolicy(selecting(t, time.Time{}), "second", s.limits)
	for i := range 2 * maxChanges {
		tier := map[string]string{}
		if i%2 == 1 {
			tier = legacy
		}
		s.PutNamespace("a", tier, uint64(3+i))
	}
	if kept := len(s.ledger.changes); kept > maxChanges {
		t.Errorf("%d changes are kept, want at most %d", kept, maxChanges)
	}
	scrape(s)
	if got := s.Snapshot().Namespaces[1].VerdictChanges; got != [policy.NumStatuses]uint64{0, 1, 0} {
		t.Errorf("changes of verdicts are %v, want the one by the configuration", got)
	}
}
