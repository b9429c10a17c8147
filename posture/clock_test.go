package posture

import (
	"slices"
	"testing"
	"time"
)

// clocked is a replica with a clock of its own, and a pod in a namespace of the tier legacy,
// which is exempt for an hour.
type clocked struct {
	*Store
	now     time.Time
	changes uint64 // of verdicts, so far, over all terms
	last    uint64
}

func newClocked(t *testing.T, follows Note) *clocked {
	t.Helper()
	c := &clocked{now: start}
	c.Store = New(Options{
		Policy: selecting(t, start.Add(time.Hour)), PolicyHash: "first", Limits: Limits{10, 10},
		Elected: true, ScrapeInterval: time.Minute, Now: func() time.Time { return c.now },
	})
	c.ReplaceNamespaces(map[string]map[string]string{"a": legacy}, 1)
	c.Follow(follows)
	c.Put(testPod("a/web/1", "privileged"))
	c.Replace("", 1, slices.Values([]Pod{testPod("a/web/1", "privileged")}))
	return c
}

// at sets the clock of a leader, takes in what has ended by then, and has the page read as
// often as counters need to go up.
func (c *clocked) at(since time.Duration) {
	c.now = start.Add(since)
	for range 3 {
		c.now = c.now.Add(time.Minute)
		c.Lead(c.now.Add(time.Hour))
		c.Advance()
		snapshot := scrape(c.Store)
		counted := snapshot.Namespaces[0].VerdictChanges[1]
		c.changes += counted - min(c.last, counted)
		c.last = counted
	}
}

// TestAnEndIsCountedOnceByWrongClocks: an exemption ends by the clock of the leader, which
// then goes back and reaches the end once more, and by the clock of the next leader, which
// was behind.
func TestAnEndIsCountedOnceByWrongClocks(t *testing.T) {
	leader, standby := newClocked(t, Note{}), newClocked(t, Note{})
	for _, step := range []struct {
		since time.Duration
		want  uint64
	}{{0, 0}, {59 * time.Minute, 1}, {0, 1}, {time.Hour, 1}, {2 * time.Hour, 1}} {
		leader.at(step.since)
		if got := leader.Snapshot().Namespaces[0].Pods[1]; leader.changes != step.want || got != int(step.want) {
			t.Errorf("at %s %d changes are counted, and %d pods are not exempt any more; want %d", step.since, leader.changes, got, step.want)
		}
	}
	for name, next := range map[string]*clocked{"a standby": standby, "one that starts": newClocked(t, leader.Note())} {
		next.Follow(leader.Note())
		next.at(0)
		next.at(2 * time.Hour)
		if got := next.Snapshot().Namespaces[0].Pods[1]; next.changes != 0 || got != 1 {
			t.Errorf("%s, whose clock was behind, counts %d changes that the Lease names; %d pods are not exempt any more, want 1", name, next.changes, got)
		}
	}
}
