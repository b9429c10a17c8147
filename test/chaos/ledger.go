package chaos

import (
	"sync"

	"github.com/podscore/podscore/securitycontext"
)

// record is one pod that appeared: what there was to see of it from its
// beginning, change by change, and whether it is gone or finished since.
type record struct {
	namespace string
	sights    []sight
	gone      bool
}

// ledger has what the counters have to say. It keeps what appeared since the
// last time that they were compared; what they said then is where they go on.
//
// The rule: every pod that appears is counted once, as it was when it appeared.
// That is exact as long as podscore need not list the pods again, for a watch
// leaves nothing out. From a list it learns how pods are, and not how they were:
// a pod that came and went meanwhile may be counted or not, and one that changed
// meanwhile may be counted as it was at any moment since. Where a podscore
// starts as the only one that counts, pods that were there before are not counted;
// one of several that are elected counts those that nobody has, so of pods that
// appeared while it was down every one may be counted or not, as it was at any
// moment since.
//
// A namespace's counters go with it. Of one that was deleted and created again
// podscore may not have seen that, and then they go on; or, because another watch
// tells of namespaces, it may have seen it after what came and went there.
type ledger struct {
	mu       sync.Mutex // while pods appear; all else is looked at when nothing changes
	base     series
	appeared []*record
	again    map[string]int // namespace that was created again: how many records there were then
	doubtful int            // so many records may be counted or not, whatever happened since
	total    int            // pods that ever appeared
}

func newLedger() *ledger { return &ledger{base: series{}, again: map[string]int{}} }

// add notes a pod that appeared.
func (l *ledger) add(namespace string, s sight) *record {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	r := &record{namespace: namespace, sights: []sight{s}}
	l.appeared = append(l.appeared, r)
	return r
}

// recreate notes that a namespace that was deleted is there again.
func (l *ledger) recreate(namespace string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.again[namespace] = len(l.appeared)
}

// restarted notes that a podscore has started which knows nothing. Of what has
// appeared it counts nothing, or where it is elected perhaps.
func (l *ledger) restarted(elected bool) {
	l.base = series{}
	if elected {
		l.doubtful = len(l.appeared)
	} else {
		l.appeared, l.doubtful = nil, 0
	}
}

// bounds are the least and the most that a counter may say.
type bounds struct{ low, high float64 }

// counters returns the bounds of every counter that may be above 0. listed
// tells whether podscore may have listed pods since it was compared.
func (l *ledger) counters(listed bool) map[string]bounds {
	all := map[string]bounds{}
	for name, value := range l.base {
		if _, again := l.again[namespaceOf(name)]; again {
			all[name] = bounds{0, value}
		} else {
			all[name] = bounds{value, value}
		}
	}
	for i, r := range l.appeared {
		before, again := l.again[r.namespace]
		sure := i >= before && i >= l.doubtful && (!r.gone || !listed && !again)
		sights := r.sights[:1]
		if listed || i < l.doubtful {
			sights = r.sights
		}
		seen := map[string]int{}
		for _, s := range sights {
			for _, name := range s.counters(r.namespace) {
				seen[name]++
			}
		}
		for name, times := range seen {
			b := all[name]
			b.high++
			if sure && times == len(sights) {
				b.low++
			}
			all[name] = b
		}
	}
	return all
}

// counters names the counters to which a pod adds 1.
func (s sight) counters(namespace string) []string {
	names := []string{podsSeries("podscore_pods_observed_total", namespace, s.status)}
	if s.status == "exempt" {
		return names
	}
	for check := range s.failed.All() {
		names = append(names, checkSeries("podscore_check_failures_total", namespace, securitycontext.Checks()[check].ID))
	}
	return names
}

// settled notes what the counters said when they were compared.
func (l *ledger) settled(counters series) {
	l.base, l.appeared, l.doubtful = counters, nil, 0
	clear(l.again)
}
