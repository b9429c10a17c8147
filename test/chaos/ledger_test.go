package chaos

import "testing"

var (
	good = state{status: "compliant"}
	bad  = state{status: "noncompliant"}
)

// allows compares the bounds of a counter with the expected ones.
func allows(t *testing.T, l *ledger, listed bool, name string, low, high float64) {
	t.Helper()
	if got := l.counters(listed)[name]; got != (bounds{low, high}) {
		t.Errorf("listed %t: %s may be %v to %v, want %v to %v", listed, name, got.low, got.high, low, high)
	}
}

// TestLedger: the bounds have every value that podscore may expose, and no more.
func TestLedger(t *testing.T) {
	compliant, noncompliant := podsSeries(observed, "shop", "compliant"), podsSeries(observed, "shop", "noncompliant")
	changes, cluster := changesSeries("shop", "noncompliant"), clusterSeries("compliant")

	t.Run("a pod that changes", func(t *testing.T) {
		l := newLedger()
		r := l.add("shop", good)
		r.states = append(r.states, bad)
		allows(t, l, false, compliant, 1, 1)
		allows(t, l, false, changes, 1, 1)
		allows(t, l, true, compliant, 0, 1)
		allows(t, l, true, noncompliant, 0, 1)
		allows(t, l, true, changes, 0, 1)
		l.settled(series{compliant: 1, changes: 1}, false)
		allows(t, l, false, changes, 1, 1)
		r.states = append(r.states, good)
		allows(t, l, false, changesSeries("shop", "compliant"), 1, 1)
	})
	t.Run("a pod that is gone", func(t *testing.T) {
		l := newLedger()
		l.add("shop", good).gone = true
		allows(t, l, false, compliant, 1, 1)
		allows(t, l, true, compliant, 0, 1)
	})
	t.Run("a pod that is gone, and counted late", func(t *testing.T) {
		l := newLedger()
		l.add("shop", good).gone = true
		l.settled(series{compliant: 0}, true)
		allows(t, l, false, compliant, 0, 1)
		l.settled(series{compliant: 0}, false)
		allows(t, l, false, compliant, 0, 0)
	})
	t.Run("a pod that is gone, and counted", func(t *testing.T) {
		l := newLedger()
		l.add("shop", good).gone = true
		l.settled(series{compliant: 1}, true)
		allows(t, l, false, compliant, 1, 1)
	})
	t.Run("a namespace that is gone", func(t *testing.T) {
		l := newLedger()
		l.add("shop", good)
		l.deleted("shop")
		l.add("shop", good)
		allows(t, l, false, compliant, 1, 2)
		allows(t, l, false, cluster, 2, 2)
	})
	t.Run("one podscore that is killed", func(t *testing.T) {
		l := newLedger()
		l.add("shop", good)
		l.killed()
		changed := l.add("shop", good)
		changed.states = append(changed.states, bad)
		l.restarted(false)
		allows(t, l, false, compliant, 0, 1) // the first; the second was there when it started
		allows(t, l, false, changes, 0, 0)
		l.add("shop", good)
		allows(t, l, false, compliant, 1, 2)
	})
	t.Run("elected podscores that are killed", func(t *testing.T) {
		l := newLedger()
		l.add("shop", good)
		l.killed()
		l.add("shop", good)
		l.restarted(true)
		allows(t, l, false, compliant, 0, 2)
	})
}

// TestPrometheus: the increases are those that Prometheus would find.
func TestPrometheus(t *testing.T) {
	r := newPrometheus()
	for _, scrapes := range [][]series{
		{{"a": 0}, {"a": 2}, {"a": 5}},                   // one replica
		{{"a": 0}, {"a": 1}, {}, {"a": 1}},               // one that does not report for a while
		{{"a": 0, "b": 3}, {"a": 1}, {"a": 0}, {"a": 4}}, // one whose counters are reset
	} {
		last := series{}
		for _, now := range scrapes {
			r.add(last, now)
			for name, value := range now {
				last[name] = value
			}
		}
	}
	total, wrong := r.increases()
	if total["a"] != 5+1+1+4 || total["b"] != 0 || len(wrong) != 1 {
		t.Errorf("increases are %v, want 11 of a and none of b, which began with 3: %v", total, wrong)
	}
}
