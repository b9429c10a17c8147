package chaos

import "testing"

var (
	good = at("compliant")
	bad  = at("noncompliant")
)

// at returns a moment with a status.
func at(status string) moment {
	return moment{state: state{status: status}, next: state{status: status}}
}

// between returns a moment while a turn lasts that changes a status.
func between(now, next string, kind momentKind) moment {
	return moment{state{status: now}, state{status: next}, kind}
}

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
		r.moments = append(r.moments, bad)
		allows(t, l, false, compliant, 1, 1)
		allows(t, l, false, changes, 1, 1)
		allows(t, l, true, compliant, 0, 1)
		allows(t, l, true, noncompliant, 0, 1)
		allows(t, l, true, changes, 0, 1)
		l.settled(series{compliant: 1, changes: 1}, false)
		allows(t, l, false, changes, 1, 1)
		r.moments = append(r.moments, good)
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
		changed.moments = append(changed.moments, bad)
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

// TestTurns: what a change of what pods are judged by may count, and has to.
func TestTurns(t *testing.T) {
	const c, n, e = "compliant", "noncompliant", "exempt"
	toExempt, toCompliant, toNoncompliant := changesSeries("shop", e), changesSeries("shop", c), changesSeries("shop", n)
	turn := []moment{between(n, e, opens), between(e, e, closes)}
	for _, test := range []struct {
		name   string
		before []moment // when the counters were last compared; none for a pod that appears after it
		after  []moment
		listed bool
		series string
		want   bounds
	}{
		{"a pod that is there", []moment{bad}, turn, false, toExempt, bounds{1, 1}},
		{"a list misses no turn", []moment{bad}, turn, true, toExempt, bounds{1, 1}},
		{"a pod that appears before", nil, append([]moment{bad}, turn...), false, toExempt, bounds{1, 1}},
		{"and is listed, perhaps after it", nil, append([]moment{bad}, turn...), true, toExempt, bounds{0, 1}},
		{"a pod that appears meanwhile", nil, []moment{between(n, e, happens), between(e, e, closes)}, false, toExempt, bounds{0, 1}},
		{"is counted in one state", nil, []moment{between(n, e, happens), between(e, e, closes)}, false, podsSeries(observed, "shop", n), bounds{0, 1}},
		{"or in the other", nil, []moment{between(n, e, happens), between(e, e, closes)}, false, podsSeries(observed, "shop", e), bounds{0, 1}},
		{"a pod that changes meanwhile, by the turn", []moment{good}, []moment{between(c, c, opens), between(n, e, happens), between(e, e, closes)}, false, toExempt, bounds{0, 2}},
		{"or by itself", []moment{good}, []moment{between(c, c, opens), between(n, e, happens), between(e, e, closes)}, false, toNoncompliant, bounds{0, 1}},
		{"a pod that changes afterwards", []moment{bad}, append(turn[:2:2], good), false, toCompliant, bounds{1, 1}},
		{"one that nobody saw", []moment{bad}, []moment{{state{status: e}, state{status: e}, unseen}}, false, toExempt, bounds{0, 0}},
		{"there and back", []moment{bad}, append(turn[:2:2], between(e, n, opens), between(n, n, closes)), false, toNoncompliant, bounds{1, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLedger()
			var r *record
			if test.before != nil {
				r = l.add("shop", test.before[0])
				l.settled(series{}, false)
				l.base = map[string]bounds{}
				r.moments = append(r.moments, test.after...)
			} else {
				r = l.add("shop", test.after[0])
				r.moments = append(r.moments, test.after[1:]...)
			}
			allows(t, l, test.listed, test.series, test.want.low, test.want.high)
		})
	}
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
