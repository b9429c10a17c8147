package chaos

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/securitycontext"
)

// moment is what happened to a pod, and its state after it.
type moment struct {
	state       // by what all replicas judged by
	next  state // by what they were taking in at that time, else the same
	kind  momentKind
}

type momentKind uint8

const (
	happens momentKind = iota // the pod appeared, or changed
	opens                     // replicas begin to take in a change of what pods are judged by
	closes                    // all of them have it
	unseen                    // it changed while no podscore ran
)

// record is one pod that appeared, with all states that it had.
type record struct {
	namespace string
	pod       *corev1.Pod // as it was last
	moments   []moment
	blind     []state // what its states are where the labels of its namespace are not known
	unknown   bool    // they may not have been known: it appeared when its namespace was created or deleted
	gone      bool    // deleted or finished
	before    int     // the index of its moment when the counters were last compared
	sure      int     // the index of the moment since which podscore has received every change
}

// bounds are the lowest and the highest value that a counter may have.
type bounds struct{ low, high float64 }

// count adds a pod that appeared to the bounds, in any one of the states that it had in
// these moments. If sure is true it must be in the cluster's counter, and if own is true in
// its namespace's too.
func (r *record) count(all map[string]bounds, moments []moment, sure, own bool) {
	var states []state
	for i := range moments {
		states = append(states, moments[i].state, moments[i].next)
	}
	if r.unknown {
		states = append(states, r.blind...)
	}
	times := map[string]int{} // in how many of the states a series counts the pod
	for _, s := range states {
		times[clusterSeries(s.status)]++
		times[podsSeries(observed, r.namespace, s.status)]++
		for check := range s.failed.All() {
			times[checkSeries(failures, r.namespace, securitycontext.Checks()[check].ID)]++
		}
	}
	for name, count := range times {
		certain := own || sure && strings.HasPrefix(name, inCluster)
		once(all, name, certain && count == len(states))
	}
}

// once adds to the bounds of a counter that it goes up by 1; perhaps, if it is not sure.
func once(all map[string]bounds, name string, sure bool) {
	b := all[name]
	b.high++
	if sure {
		b.low++
	}
	all[name] = b
}

// change adds the changes of a pod's verdict to the bounds. Those that podscore has
// received must be counted: of the pod if events is true, of what it is judged by if turns is.
func (r *record) change(all map[string]bounds, events, turns bool) {
	began, known := r.before, false // the turn, and whether the pod was there then
	for i := r.before + 1; i < len(r.moments); i++ {
		switch before, m := &r.moments[i-1], &r.moments[i]; m.kind {
		case happens:
			r.changes(all, events && i > r.sure, turned{before.state, m.state}, turned{before.next, m.next})
		case opens:
			began, known = i, true
		case closes:
			r.turn(all, r.moments[began:i], turns && known && began > r.sure)
			known = false
		}
	}
}

// turn adds what a turn changes of a pod that had these moments while it lasted.
func (r *record) turn(all map[string]bounds, meanwhile []moment, sure bool) {
	var ways []turned
	for i := range meanwhile {
		ways = append(ways, turned{meanwhile[i].state, meanwhile[i].next})
	}
	r.changes(all, sure, ways...)
}

// turned is a change from one state to another.
type turned struct{ from, to state }

// changes adds a change that is counted in one of several ways.
func (r *record) changes(all map[string]bounds, sure bool, ways ...turned) {
	times := map[string]int{}
	for _, way := range ways {
		if way.from.status != way.to.status && !way.from.finished && !way.to.finished {
			times[changesSeries(r.namespace, way.to.status)]++
		}
	}
	for name, count := range times {
		once(all, name, sure && !r.gone && count == len(ways))
	}
}
