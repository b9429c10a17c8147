package posture

import (
	"slices"
	"testing"
	"time"
)

// TestPending: an observation is kept until both counters are done with it.
func TestPending(t *testing.T) {
	l := newLedger(true, time.Minute, []string{""}, "")
	l.pending = []observation{
		{version: 1},
		{version: 2, cluster: done},
		{version: 3, own: done},
		{version: 4, cluster: done, own: done},
	}
	l.dropDone()
	if got := versions(l.pending); !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Errorf("the observations of versions %d are pending, want those of 1, 2 and 3", got)
	}
}

// TestPendingIsCounted: what another leader has counted is not pending any more, and
// does not become so.
func TestPendingIsCounted(t *testing.T) {
	l := newLedger(true, time.Minute, []string{""}, "")
	for version := range uint64(4) {
		l.add(observation{namespace: "a", appeared: true, version: version + 1, after: version})
	}
	l.follow(Note{Exposed: map[string]uint64{"": 3}, Held: map[string]uint64{"a": 2}, At: start})
	if got := versions(l.pending); !slices.Equal(got, []uint64{3, 4}) {
		t.Fatalf("the observations of versions %d are pending, want those of 3 and 4", got)
	}
	if held, other := l.pending[0], l.pending[1]; held.cluster != done || held.own != waiting || other.cluster != waiting || other.own != waiting {
		t.Errorf("the cluster's counter has version 3 alone, its namespace's neither; got %+v", l.pending)
	}
	l.add(observation{namespace: "a", appeared: true, version: 2, after: 1})
	l.add(observation{namespace: "b", appeared: true, version: 3, after: 2})
	if got := versions(l.pending); !slices.Equal(got, []uint64{3, 4}) {
		t.Errorf("the observations of versions %d are pending, and those of 2 and 3 were counted", got)
	}
}

// TestPendingIsBounded: while nobody reads the counters the oldest observations are
// lost, and the memory of a burst is free once it was read.
func TestPendingIsBounded(t *testing.T) {
	l := newLedger(true, time.Minute, []string{""}, "")
	const most = 200_000
	for version := range uint64(most + 1) {
		l.add(observation{version: version})
	}
	if got := len(l.pending); got > most || l.pending[got-1].version != most || l.pending[0].version != most/8 {
		t.Errorf("%d observations are pending, of versions %d to %d; want the last of %d", got, l.pending[0].version, l.pending[got-1].version, most)
	}
	for i := range l.pending[1:] {
		l.pending[i+1].cluster, l.pending[i+1].own = done, done
	}
	if l.dropDone(); len(l.pending) != 1 {
		t.Errorf("%d observations are pending, want one", len(l.pending))
	}
	l.pending[0].cluster, l.pending[0].own = done, done
	if l.dropDone(); cap(l.pending) != 0 {
		t.Errorf("there is room for %d observations, and the burst is over", cap(l.pending))
	}
}

func versions(pending []observation) (versions []uint64) {
	for _, o := range pending {
		versions = append(versions, o.version)
	}
	return versions
}
