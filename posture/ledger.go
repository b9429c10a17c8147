package posture

import (
	"maps"
	"slices"
	"time"
)

// ledger decides which observations are counted, by which of several replicas, and
// when, so that the sum of the counters of all replicas, as a Prometheus has scraped
// them, has every observation once.
//
// All replicas observe everything. Each keeps an observation until it knows that
// a scrape has read it in a counter. The leader releases its observations into its
// counters just before a scrape response is made. Once that response was read, it
// notes on the Lease the resource version up to which everything was read; the next
// leader counts the rest. A replica that leads again begins at 0, and what it had
// released before, and no scrape has read, is pending again. Changes of what pods are
// judged by go the same way, with positions of their own: see change.
//
// A counter that is new, or new in this term, has to be read once at its first
// value, and a scrape interval has to pass, before anything is released into it:
// Prometheus finds no increase in the first value of a series.
//
// The ledger has no clock, no counters and no lock: the store has them.
type ledger struct {
	elected        bool          // if false, this replica always leads
	scrapeInterval time.Duration // how long a counter stays at its first value after that was read

	scopes   []string
	position map[string]uint64 // by scope, the version up to which all events are known here
	initial  Note              // the positions after the first list of every scope
	pending  []observation     // in the order in which they were made

	changes        []change // of what pods are judged by, in the order in which they were taken in, until they are known to be read
	hash           string   // of the configuration here
	configurations uint64   // the number of the last one that was taken in here
	judged         Judged   // which changes the Lease names, or has to name
	met            bool     // whether the configuration that it names was ever taken in here

	note  *Note     // of the Lease when this replica did not hold it; nil if there never was one
	leads bool      // whether this replica holds the Lease, or was the last holder that it knows of
	until time.Time // when its claim to the Lease ends, if it is not renewed

	term            uint64            // how often this replica has begun to lead
	firstRead       time.Time         // when a scrape response of this term was first read
	release         uint64            // the number of the last release
	releasedThrough map[string]uint64 // position at the last release
	releasedAt      time.Time         // when that was; zero if there was none in this term
	readThrough     Note              // the versions up to which the counters of this term, or of those before, were read
}

// maxPending bounds the observations that are kept while nobody reads the counters.
// They take about 14 MiB.
const maxPending = 200_000

func newLedger(elected bool, scrapeInterval time.Duration, scopes []string, hash string) ledger {
	l := ledger{
		hash: hash, judged: Judged{Hash: hash}, met: true,
		elected: elected, scrapeInterval: scrapeInterval, scopes: scopes,
		position: map[string]uint64{}, initial: Note{Exposed: map[string]uint64{}}, releasedThrough: map[string]uint64{},
	}
	if !elected {
		l.lead(time.Time{})
	}
	return l
}

// list is called after a list of a scope, with the list's version.
func (l *ledger) list(scope string, version uint64, now time.Time) {
	l.reach(scope, version)
	if _, before := l.initial.Exposed[scope]; !before {
		l.initial.Exposed[scope], l.initial.At = l.position[scope], now
	}
}

// allListed reports whether there was a list of every scope.
func (l *ledger) allListed() bool { return len(l.initial.Exposed) == len(l.scopes) }

// currentNote returns what is known to have been read: by this leader's counters,
// else by those of the last other leader. Without either, it returns where counting
// begins.
func (l *ledger) currentNote() Note {
	note := l.initial.clone()
	switch {
	case l.leads:
		note = l.readThrough.clone()
	case l.note != nil:
		note = l.note.clone()
	}
	note.Judged = l.judged
	return note
}

// scope returns the scope that a namespace is in.
func (l *ledger) scope(namespace string) string {
	if l.scopes[0] == "" {
		return ""
	}
	return namespace
}

// reach is called when all events of a scope up to a version are known. A version
// that is lower than the position changes nothing.
func (l *ledger) reach(scope string, version uint64) {
	l.position[scope] = max(l.position[scope], version)
}

// add makes an observation pending, unless the counters of the last other leader
// have it. When there are too many, the oldest are lost.
func (l *ledger) add(o observation) {
	if !o.appeared {
		o.cluster = done
	}
	if l.note != nil {
		l.markCounted(&o)
	}
	if o.own == done { // what its namespace's counters have, the cluster's have too
		return
	}
	if len(l.pending) >= maxPending {
		l.pending = slices.Delete(l.pending, 0, maxPending/8)
	}
	l.pending = append(l.pending, o)
}

// markCounted marks an observation as done in those counters in which the last
// other leader has counted it.
func (l *ledger) markCounted(o *observation) {
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

// endNamespace is called when a namespace had ended before a version: its counters are
// gone, and what happened in it is counted in those of no other. What happened later was in
// another of the same name: it waits for the counters of that, if no scrape has read it.
func (l *ledger) endNamespace(name string, version uint64) {
	for i := range l.changes {
		c := &l.changes[i]
		c.verdicts = slices.DeleteFunc(c.verdicts, func(v verdictsOf) bool { return v.namespace == name })
	}
	for i := range l.pending {
		switch o := &l.pending[i]; {
		case o.namespace != name:
		case o.version < version:
			o.own = done
		default:
			o.own.takeBack()
		}
	}
}

// dropDone removes the observations that are done.
func (l *ledger) dropDone() {
	l.pending = slices.DeleteFunc(l.pending, func(o observation) bool { return o.cluster == done && o.own == done })
	if len(l.pending) == 0 {
		l.pending = nil // after a burst it has much memory
	}
}

// lead is called when this replica leads until a time. It reports whether a term
// begins, for which the store has to set all counters to 0: what was released in an
// earlier term, and not read, is pending again.
func (l *ledger) lead(until time.Time) (begins bool) {
	begins = !l.leads
	if begins {
		l.readThrough = l.currentNote()
		l.term++
		l.firstRead, l.releasedAt = time.Time{}, time.Time{}
		for i := range l.pending {
			l.pending[i].takeBack()
		}
		for i := range l.changes {
			l.changes[i].progress.takeBack()
		}
	}
	l.leads, l.until = true, until
	return begins
}

// follow is called with the note of a Lease that this replica does not hold; it may have
// written the note itself.
func (l *ledger) follow(note Note) {
	l.leads = false
	if note.IsZero() {
		return
	}
	l.followJudged(note.Judged)
	l.note = &note
	for i := range l.pending {
		l.markCounted(&l.pending[i])
	}
	l.dropDone()
}

// mayIncrease reports whether a counter may go up now, by the time at which its
// first value of this term was read; zero if it was not.
func (l *ledger) mayIncrease(firstRead, now time.Time) bool {
	return !firstRead.IsZero() && now.Sub(firstRead) >= l.scrapeInterval
}

// noteOnceRead returns what may be noted on the Lease once the last release was
// read: everything that is known, except what is still pending.
func (l *ledger) noteOnceRead() Note {
	if l.releasedAt.IsZero() {
		return l.readThrough
	}
	note := Note{Exposed: maps.Clone(l.readThrough.Exposed), Held: map[string]uint64{}, At: l.releasedAt}
	for scope, position := range l.releasedThrough {
		note.Exposed[scope] = max(note.Exposed[scope], position)
	}
	for i := range l.pending {
		if o := &l.pending[i]; o.cluster != done {
			scope := l.scope(o.namespace)
			note.Exposed[scope] = max(l.readThrough.Exposed[scope], min(note.Exposed[scope], o.after))
		}
	}
	for namespace, held := range l.readThrough.Held { // it stays held while this replica is behind the last leader
		if scope := l.scope(namespace); l.note != nil && l.releasedThrough[scope] < l.note.Exposed[scope] {
			note.Held[namespace] = max(held, l.releasedThrough[scope])
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

// maxHeld bounds the namespaces in [Note.Held]. If a leader dies that held back
// observations of more namespaces, those are counted by nobody.
const maxHeld = 1000

// reporting reports whether this replica is the one that exposes results. The time
// must not have passed by either clock: the monotonic clock stands still while a
// machine sleeps, and the wall clock can be set back.
func (l *ledger) reporting(now time.Time) bool {
	return !l.elected || l.leads && now.Before(l.until) && now.Round(0).Before(l.until.Round(0))
}
