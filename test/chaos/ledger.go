package chaos

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/podscore/podscore/securitycontext"
)

// record is one pod that appeared: what there was to see of it from its
// beginning, change by change, and whether it is gone or finished since.
type record struct {
	namespace string
	sights    []sight
	gone      bool
	before    int // the last sight that was there when the counters were last compared
	sure      int // the first from which on every change was watched
}

// ledger has what the counters have to say, as Prometheus adds them up over all
// replicas and namespaces. It keeps what appeared since the last time that they were
// compared; what they said then is where they go on.
//
// The rule: every pod that appears is counted once, as it was when it appeared, and
// every change of its verdict once. That is exact as long as podscore need not list
// the pods again, for a watch leaves nothing out. From a list it learns how pods are,
// and not how they were: a pod that came and went meanwhile may be counted or not, and
// one that changed meanwhile may be counted as it was at any moment since. Where a
// podscore starts as the only one that counts, pods that were there before are not
// counted; one of several that are elected counts those that nobody has, so of pods
// that appeared while it was down every one may be counted or not, as it was at any
// moment since. What was counted and not read when it was killed is lost.
//
// A namespace's counters go with it, and what nobody had read yet of them. Of one that
// was deleted and created again podscore may not have seen that; or, because another
// watch tells of namespaces, it may have seen it after what came and went there.
type ledger struct {
	mu       sync.Mutex        // while pods appear; all else is looked at when nothing changes
	base     map[string]bounds // what they said then, and may say of it yet
	appeared []*record
	standing []*record      // that appeared before, and may change
	left     map[string]int // namespace that was deleted: how many records there were then
	doubtful int            // so many records may be counted or not, whatever happened since
	total    int            // pods that ever appeared
}

func newLedger() *ledger { return &ledger{base: map[string]bounds{}, left: map[string]int{}} }

// add notes a pod that appeared.
func (l *ledger) add(namespace string, s sight) *record {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	r := &record{namespace: namespace, sights: []sight{s}}
	l.appeared = append(l.appeared, r)
	return r
}

// deleted notes that a namespace was deleted.
func (l *ledger) deleted(namespace string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left[namespace] = len(l.appeared)
}

// killed notes that a podscore is gone: what it had counted nobody may have read.
func (l *ledger) killed() { l.doubtful = len(l.appeared) }

// restarted notes that a podscore has started which knows nothing. Of what has
// appeared while there was none it counts nothing, or where it is elected perhaps.
func (l *ledger) restarted(elected bool) {
	for _, r := range slices.Concat(l.standing, l.appeared) {
		r.sure = len(r.sights) - 1
	}
	if elected {
		l.doubtful = len(l.appeared)
		return
	}
	for _, r := range l.appeared[l.doubtful:] {
		r.before = r.sure
	}
	l.standing, l.appeared = append(l.standing, l.appeared[l.doubtful:]...), l.appeared[:l.doubtful]
}

// bounds are the least and the most that a counter may say.
type bounds struct{ low, high float64 }

// counters returns the bounds of every counter that may be above 0. listed
// tells whether podscore may have listed pods since it was compared.
func (l *ledger) counters(listed bool) map[string]bounds {
	all := maps.Clone(l.base)
	for i, r := range l.appeared {
		deleted, left := l.left[r.namespace]
		sure := i >= l.doubtful && (!r.gone || !listed)
		own := sure && (!left || i >= deleted && !r.gone)
		sights := r.sights[:1]
		if listed || i < l.doubtful {
			sights = r.sights
		}
		r.count(all, sights, sure, own)
		r.change(all, own && !listed)
	}
	for _, r := range l.standing {
		_, left := l.left[r.namespace]
		r.change(all, !listed && !left && !r.gone)
	}
	return all
}

// count adds what a pod adds to the bounds that it appeared: sure where it must have
// been counted, and own where in its namespace's counters too.
func (r *record) count(all map[string]bounds, sights []sight, sure, own bool) {
	seen := map[string]int{}
	for _, s := range sights {
		seen[clusterSeries(s.status)]++
		seen[podsSeries(observed, r.namespace, s.status)]++
		if s.status == "exempt" {
			continue
		}
		for check := range s.failed.All() {
			seen[checkSeries(failures, r.namespace, securitycontext.Checks()[check].ID)]++
		}
	}
	for name, times := range seen {
		b := all[name]
		b.high++
		if certain := own || sure && strings.HasPrefix(name, inCluster); certain && times == len(sights) {
			b.low++
		}
		all[name] = b
	}
}

// change adds what a pod adds to the bounds that its verdict changed.
func (r *record) change(all map[string]bounds, sure bool) {
	for i := r.before + 1; i < len(r.sights); i++ {
		if before, now := r.sights[i-1], r.sights[i]; before.status != now.status && !before.finished && !now.finished {
			name := changesSeries(r.namespace, now.status)
			b := all[name]
			b.high++
			if sure && !r.gone && i > r.sure {
				b.low++
			}
			all[name] = b
		}
	}
}

// settled notes what the counters said when they were compared. What may be counted
// or not, and was not yet, may be until they are compared again: the Lease has to be
// confirmed before anything is counted, which takes its time on a busy machine.
func (l *ledger) settled(counters series, listed bool) {
	for name, b := range l.base {
		l.base[name] = bounds{b.low, b.low}
	}
	l.base = l.counters(listed)
	for name, b := range l.base {
		l.base[name] = bounds{counters[name], max(counters[name], b.high)}
	}
	l.standing = slices.DeleteFunc(append(l.standing, l.appeared...), func(r *record) bool { return r.gone })
	for _, r := range l.standing {
		r.before, r.sure = len(r.sights)-1, 0
	}
	l.appeared, l.doubtful = nil, 0
	clear(l.left)
}
