package posture

import (
	"maps"
	"slices"
	"time"
)

// ledger decides what of the observations is counted, by which of several
// replicas, and when, so that whoever adds up the counters of all replicas, as
// they were read, has every observation once:
//
// All replicas observe everything. Each keeps an observation until it knows that
// somebody has read it in a counter. A leader releases what it has into its
// counters just before a page is made of them, and once that page was read, notes
// on the Lease through which resource version everything was read; whoever leads
// next counts the rest. A replica that leads again begins at 0, and what it had
// released before and nobody read waits once more.
//
// A counter that is new with this leader, or new at all, has to be read as it
// begins, and a while has to pass, before anything is released into it:
// Prometheus finds no increase in the first value of a series.
//
// It knows neither clocks nor counters, and locks nothing: that is the store's.
type ledger struct {
	elected bool          // or else this replica leads for good
	settle  time.Duration // how long a counter stays at its first value after that was read

	scopes   []string          // what is watched
	position map[string]uint64 // by scope, through which everything that happened is known here
	began    Note              // the positions after the first list of every scope
	pending  []observation     // in the order in which they were made

	note  *Note     // of the last other leader; nil if there never was one
	leads bool      // or did last, as far as is known here
	until time.Time // unless it is told otherwise

	term     uint64            // counts the times that this replica began to lead
	shown    time.Time         // when a page of this term was first read
	release  uint64            // counts the releases
	reached  map[string]uint64 // position at the last of them
	released time.Time         // when that was
	read     Note              // through which the counters of this term, or those before, were read
}

// maxPending bounds what is kept while nobody reads the counters, about 13 MiB.
const maxPending = 200_000

func newLedger(elected bool, settle time.Duration, scopes []string) ledger {
	l := ledger{
		elected: elected, settle: settle, scopes: scopes,
		position: map[string]uint64{}, began: Note{Exposed: map[string]uint64{}}, reached: map[string]uint64{},
	}
	if !elected {
		l.lead(time.Time{})
	}
	return l
}

// list takes in that a list told how everything in a scope was at a resource version.
func (l *ledger) list(scope string, version uint64, now time.Time) {
	l.reach(scope, version)
	if _, before := l.began.Exposed[scope]; !before {
		l.began.Exposed[scope], l.began.At = l.position[scope], now
	}
}

// listed reports whether there was a list of every scope.
func (l *ledger) listed() bool { return len(l.began.Exposed) == len(l.scopes) }

// noted returns what is known to have been read: in this term, else in the last of
// another leader, else nothing but that counting began.
func (l *ledger) noted() Note {
	switch {
	case l.leads:
		return l.read.clone()
	case l.note != nil:
		return l.note.clone()
	}
	return l.began.clone()
}

// scope returns which watch tells of a namespace's pods.
func (l *ledger) scope(namespace string) string {
	if l.scopes[0] == "" {
		return ""
	}
	return namespace
}

// reach takes in that everything that a watch tells through a resource version is known.
func (l *ledger) reach(scope string, version uint64) {
	l.position[scope] = max(l.position[scope], version)
}

// observe takes in an observation that nobody is known to have counted.
func (l *ledger) observe(o observation) {
	if !o.appeared {
		o.cluster = done
	}
	if l.note != nil {
		l.strike(&o)
	}
	if o.cluster == done && o.own == done {
		return
	}
	if len(l.pending) >= maxPending {
		l.pending = slices.Delete(l.pending, 0, maxPending/8)
	}
	l.pending = append(l.pending, o)
}

// strike takes from an observation what the last other leader's counters have.
func (l *ledger) strike(o *observation) {
	scope := l.scope(o.namespace)
	if l.note.covers(o, scope, false) {
		o.cluster = done
	}
	if l.note.covers(o, scope, true) {
		o.own = done
	}
	if o.cluster != done {
		o.after = max(o.after, l.note.Exposed[scope])
	}
}

// drop forgets the observations that are done with.
func (l *ledger) drop() {
	l.pending = slices.DeleteFunc(l.pending, func(o observation) bool { return o.cluster == done && o.own == done })
	if len(l.pending) == 0 && cap(l.pending) > maxPending/8 {
		l.pending = nil // a burst is over
	}
}

// lead takes in that this replica leads until then, unless it hears otherwise.
// It reports whether a term begins, for which all counters are at 0: what was
// released in an earlier one and not read waits again.
func (l *ledger) lead(until time.Time) (begins bool) {
	begins = !l.leads
	if begins {
		l.read = l.noted()
		l.term++
		l.shown, l.released = time.Time{}, time.Time{}
		clear(l.reached)
		for i := range l.pending {
			l.pending[i].takeBack()
		}
	}
	l.leads, l.until = true, until
	return begins
}

// follow takes in that another replica leads, or did last, and what it notes.
func (l *ledger) follow(note Note) {
	l.leads = false
	if note.IsZero() {
		return
	}
	l.note = &note
	for i := range l.pending {
		l.strike(&l.pending[i])
	}
	l.drop()
}

// settled reports whether a counter that was first read then may go up now.
func (l *ledger) settled(shown, now time.Time) bool {
	return !shown.IsZero() && now.Sub(shown) >= l.settle
}

// through returns what may be noted on the Lease once the releases through the
// last were read: everything that is known, but for what waits.
func (l *ledger) through() Note {
	if l.released.IsZero() {
		return l.read
	}
	note := Note{Exposed: maps.Clone(l.read.Exposed), Held: map[string]uint64{}, At: l.released}
	for scope, reached := range l.reached {
		note.Exposed[scope] = max(note.Exposed[scope], reached)
	}
	for i := range l.pending {
		if o := &l.pending[i]; o.cluster != done {
			scope := l.scope(o.namespace)
			note.Exposed[scope] = max(l.read.Exposed[scope], min(note.Exposed[scope], o.after))
		}
	}
	for namespace, held := range l.read.Held { // of what happened since, not all has come here yet
		if scope := l.scope(namespace); l.note != nil && l.reached[scope] < l.note.Exposed[scope] {
			note.Held[namespace] = max(held, l.reached[scope])
		}
	}
	for i := range l.pending {
		o := &l.pending[i]
		if o.own == done || o.after >= note.Exposed[l.scope(o.namespace)] {
			continue
		}
		held, is := note.Held[o.namespace]
		if !is {
			held = note.Exposed[l.scope(o.namespace)]
			if len(note.Held) == maxHeld {
				continue
			}
		}
		note.Held[o.namespace] = min(held, o.after)
	}
	return note
}

// maxHeld bounds how many namespaces are noted as being behind. What a replica
// that dies held back for further ones is counted by nobody.
const maxHeld = 1000

// reports reports whether this replica is the one that exposes how the pods stand.
// Time must not have passed by either clock: the monotonic one stands still
// while a machine sleeps, and the other can be set back.
func (l *ledger) reports(now time.Time) bool {
	return !l.elected || l.leads && now.Before(l.until) && now.Round(0).Before(l.until.Round(0))
}
