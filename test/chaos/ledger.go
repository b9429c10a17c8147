package chaos

import (
	"maps"
	"slices"
	"sync"
)

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
// A change of what pods are judged by, a turn, changes the verdicts of the pods that there
// are when the replica that counts it takes it in. Others may take it in earlier or later,
// and each judges by it what comes after. So while a turn lasts, a pod that appears or
// changes is counted by the old or by the new, and the turn counts a pod in any state that
// it had meanwhile. It has to be counted once, however replicas end. What changed while no
// podscore ran is not counted.
//
// The watch on namespaces may be ahead of the one on pods, and then a pod appears whose
// namespace is gone, or behind it for longer than a pod waits. Then its labels are not known,
// and nothing holds that asks for them.
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
	fresh    map[string]bool   // namespaces that were created since the counters were last compared
	doubtful int               // this many of the first records of appeared may be counted or not
	total    int               // pods that ever appeared
}

func newLedger() *ledger {
	return &ledger{base: map[string]bounds{}, left: map[string]int{}, fresh: map[string]bool{}}
}

// add records a pod that appeared.
func (l *ledger) add(namespace string, m moment) *record {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	r := &record{namespace: namespace, moments: []moment{m}}
	l.appeared = append(l.appeared, r)
	return r
}

// each calls do for every record.
func (l *ledger) each(do func(*record)) {
	for _, r := range slices.Concat(l.standing, l.appeared) {
		do(r)
	}
}

// created is called when a namespace is created.
func (l *ledger) created(namespace string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fresh[namespace] = true
}

// isFresh reports whether a namespace was created since the counters were last compared.
func (l *ledger) isFresh(namespace string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fresh[namespace]
}

// deleted is called when a namespace is deleted.
func (l *ledger) deleted(namespace string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left[namespace] = len(l.appeared)
	for _, r := range l.appeared {
		r.unknown = r.unknown || r.namespace == namespace
	}
}

// killed is called when podscore was killed: what it had counted may not have been scraped.
func (l *ledger) killed() { l.doubtful = len(l.appeared) }

// restarted is called when podscore has started again. Pods that appeared while none ran
// are not counted; if elected is true, they may be counted or not.
func (l *ledger) restarted(elected bool) {
	l.each(func(r *record) { r.sure = len(r.moments) - 1 })
	if elected {
		l.doubtful = len(l.appeared)
		return
	}
	for _, r := range l.appeared[l.doubtful:] {
		r.before = r.sure
	}
	l.standing, l.appeared = append(l.standing, l.appeared[l.doubtful:]...), l.appeared[:l.doubtful]
}

// counters returns the bounds of every counter that may be above 0. listed is true if
// podscore has requested a list of pods since the counters were last compared. A list does
// not tell what happened to pods, but no turn is missed by it: it counts the pods that were
// there before.
func (l *ledger) counters(listed bool) map[string]bounds {
	all := maps.Clone(l.base)
	for i, r := range l.appeared {
		deleted, left := l.left[r.namespace]
		sure := i >= l.doubtful && (!r.gone || !listed)
		own := sure && (!left || i >= deleted && !r.gone)
		moments := r.moments[:1]
		if listed || i < l.doubtful {
			moments = r.moments
		}
		r.count(all, moments, sure, own)
		r.change(all, own && !listed, own && !listed)
	}
	for _, r := range l.standing {
		_, left := l.left[r.namespace]
		r.change(all, !listed && !left && !r.gone, !left && !r.gone)
	}
	return all
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
		r.before, r.sure, r.blind, r.unknown = len(r.moments)-1, 0, nil, false
	}
	l.appeared, l.doubtful = nil, 0
	clear(l.left)
	clear(l.fresh)
}
