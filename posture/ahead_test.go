package posture

import (
	"slices"
	"testing"
	"time"

	"github.com/podscore/podscore/policy"
)

// TestAClockThatIsAhead: a replica whose clock is ahead leads first, takes in the end of an
// exemption, counts what that changes, and notes it. Then one whose clock is right leads. There
// the exemption holds until it ends. What that changes is not counted again, and other ends
// are counted, unless the clocks differ by less than mostAhead.
func TestAClockThatIsAhead(t *testing.T) {
	ends := start.Add(24 * time.Hour)
	for name, c := range map[string]struct {
		before, ahead time.Duration // of the end when the first leads, and of its clock
	}{
		"by a second": {time.Second, time.Second},
		"by a year":   {time.Hour, 365 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			now := ends.Add(-c.before)
			replica := func() *Store {
				s := New(Options{
					Policy: selecting(t, ends), PolicyHash: "first", Limits: Limits{WorkloadSeries: 10}, Elected: true,
					Now: func() time.Time { return now },
				})
				s.ReplaceNamespaces(map[string]map[string]string{"a": legacy}, 1)
				s.Replace("", 1, slices.Values([]Pod{testPod("a/web/1", "privileged")}))
				return s
			}
			verdicts := func(s *Store) (changes uint64, exempt int) {
				s.Lead(now.Add(1000 * 24 * time.Hour))
				scrape(s)
				s.Advance()
				scrape(s)
				ns := s.Snapshot().Namespaces[0]
				return ns.VerdictChanges[policy.Noncompliant], ns.Pods[policy.Exempt]
			}
			first, second := replica(), replica()
			first.options.Now = func() time.Time { return now.Add(c.ahead) }
			if changes, exempt := verdicts(first); changes != 1 || exempt != 0 {
				t.Fatalf("the first replica counts %d changes, and has %d exempt pods; want 1 and 0", changes, exempt)
			}
			second.Follow(first.Note())
			if changes, exempt := verdicts(second); changes != 0 || exempt != 1 {
				t.Errorf("before the end the second counts %d changes, and has %d exempt pods; want 0 and 1", changes, exempt)
			}
			now = ends
			if changes, exempt := verdicts(second); changes != 0 || exempt != 0 {
				t.Errorf("after the end the second counts %d changes, and has %d exempt pods; want 0 and 0", changes, exempt)
			}
			now = ends.Add(24 * time.Hour)
			second.SetPolicy(selecting(t, ends.Add(48*time.Hour)), "second", second.limits)
			before, _ := verdicts(second)
			now = ends.Add(48 * time.Hour)
			if after, _ := verdicts(second); after != before+1 {
				t.Errorf("at an end that came later %d changes are counted, want 1", after-before)
			}
		})
	}
}
