package chaos

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/podscore/podscore/securitycontext"
)

// record is one pod that appeared, with all states that it had.
type record struct {
	namespace string
	states    []state
	gone      bool // deleted or finished
	before    int  // the index of its state when the counters were last compared
	sure      int  // the index of the state since which podscore has received every change
}

// ledger computes the bounds of the counters, as the sum of their increases over all
// replicas. It has the pods that appeared since the counters were last compared, and
// their values at that time.
//
// The rule: every pod that appears is counted once, in the state in which it appeared,
// and every change of its verdict is counted once. That is exact as long as podscore
// does not have to list the pods again, because a watch delivers every event. A list
// has the present state of pods only: a pod that appeared and was deleted before it may
// be counted or not, and one that changed before it may be counted in any state that
// it had. When a podscore without an election starts, pods that exist already are not
// counted. When one with an election starts, it counts the pods that no other has
// counted: each pod that appeared while none ran may be counted or not, in any state
// that it had. Increases that were not scraped before a kill are lost.
//
// The counters of a namespace are deleted with it, and so are increases that were not
// scraped. If a namespace is deleted and created again, podscore may not notice; or,
// because namespaces have a watch of their own, it may notice only after pods have
// appeared in the new one.
type ledger struct {
	mu       sync.Mutex        // for add and deleted; the other methods are called when nothing changes
	base     map[string]bounds // the values when the counters were last compared, and what may still be added
	appeared []*record         // since the counters were last compared
	standing []*record         // those that appeared before and still exist
	left     map[string]int    // by deleted namespace, the length of appeared at that time
	doubtful int               // this many of the first records of appeared may be counted or not
	total    int               // pods that ever appeared
}

func newLedger() *ledger { return &ledger{base: map[string]bounds{}, left: map[string]int{}} }

// add records a pod that appeared.
func (l *ledger) add(namespace string, s state) *record {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	r := &record{namespace: namespace, states: []state{s}}
	l.appeared = append(l.appeared, r)
	return r
}

// deleted is called when a namespace is deleted.
func (l *ledger) deleted(namespace string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left[namespace] = len(l.appeared)
}

// killed is called when podscore was killed: what it had counted may not have been scraped.
func (l *ledger) killed() { l.doubtful = len(l.appeared) }

// restarted is called when podscore has started again. Pods that appeared while none ran
// are not counted; if elected is true, they may be counted or not.
func (l *ledger) restarted(elected bool) {
	for _, r := range slices.Concat(l.standing, l.appeared) {
		r.sure = len(r.states) - 1
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

// bounds are the lowest and the highest value that a counter may have.
type bounds struct{ low, high float64 }

// counters returns the bounds of every counter that may be above 0. listed is true if
// podscore has requested a list of pods since the counters were last compared.
func (l *ledger) counters(listed bool) map[string]bounds {
	all := maps.Clone(l.base)
	for i, r := range l.appeared {
		deleted, left := l.left[r.namespace]
		sure := i >= l.doubtful && (!r.gone || !listed)
		own := sure && (!left || i >= deleted && !r.gone)
		states := r.states[:1]
		if listed || i < l.doubtful {
			states = r.states
		}
		r.count(all, states, sure, own)
		r.change(all, own && !listed)
	}
	for _, r := range l.standing {
		_, left := l.left[r.namespace]
		r.change(all, !listed && !left && !r.gone)
	}
	return all
}

// count adds a pod that appeared to the bounds, in any one of the states. If sure is
// true it must be in the cluster's counter, and if own is true in its namespace's too.
func (r *record) count(all map[string]bounds, states []state, sure, own bool) {
	times := map[string]int{} // in how many of the states a series counts the pod
	for _, s := range states {
		times[clusterSeries(s.status)]++
		times[podsSeries(observed, r.namespace, s.status)]++
		if s.status == "exempt" {
			continue
		}
		for check := range s.failed.All() {
			times[checkSeries(failures, r.namespace, securitycontext.Checks()[check].ID)]++
		}
	}
	for name, count := range times {
		b := all[name]
		b.high++
		if certain := own || sure && strings.HasPrefix(name, inCluster); certain && count == len(states) {
			b.low++
		}
		all[name] = b
	}
}

// change adds the changes of a pod's verdict to the bounds. If sure is true, those that
// podscore has received must be counted.
func (r *record) change(all map[string]bounds, sure bool) {
	for i := r.before + 1; i < len(r.states); i++ {
		if before, now := r.states[i-1], r.states[i]; before.status != now.status && !before.finished && !now.finished {
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

// settled is called with the counters when they have been compared and are within the
// bounds. What may be counted or not, and was not counted yet, may be counted until they
// are compared again: the Lease has to be renewed first, which takes time on a busy
// machine.
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
		r.before, r.sure = len(r.states)-1, 0
	}
	l.appeared, l.doubtful = nil, 0
	clear(l.left)
}
