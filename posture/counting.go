package posture

import "time"

// Lead is called when this replica has acquired or renewed the Lease. It exposes
// results until the given time, or until [Store.Follow] or [Store.Resign] is called.
// The first call, and the first after a Follow, begins a term, in which all counters
// begin at 0.
func (s *Store) Lead(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger.lead(until) {
		s.beginCounting()
	}
}

// Follow is called with the note of a Lease that this replica does not hold; it may
// have written the note itself. The note is zero if nobody ever held the Lease. Its times
// are believed only as far as the clock here allows it, see mostAhead.
func (s *Store) Follow(note Note) {
	s.mu.Lock()
	defer s.mu.Unlock()
	latest := s.options.Now().Add(mostAhead)
	note.At, note.Judged.Ended = earlierOf(note.At, latest), earlierOf(note.Judged.Ended, latest)
	s.ledger.follow(note)
}

// mostAhead is how much later than the clock here the times in a note may be. Else a replica
// whose clock is a year ahead would keep all others from counting what ends within that year.
// A clock here that is some hours behind makes nothing count twice.
const mostAhead = 24 * time.Hour

func earlierOf(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Resign makes this replica expose nothing until [Store.Lead] is called again.
func (s *Store) Resign() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.until = time.Time{}
}

// Note returns the note that this replica has to write on the Lease if it is the
// leader, or becomes it.
func (s *Store) Note() Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ledger.currentNote()
}

// Due reports whether [Store.Release] would increase a counter.
func (s *Store) Due() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.anyDue(s.options.Now())
}

func (s *Store) anyDue(now time.Time) bool {
	if !s.synced() || !s.ledger.reporting(now) {
		return false
	}
	for i := range s.ledger.pending {
		if cluster, own := s.due(&s.ledger.pending[i], now); cluster || own {
			return true
		}
	}
	return s.anyChangeDue(now)
}

// Release adds to the counters every pending observation that may be counted now,
// so that the next snapshot has it. confirmed says that the API server has just
// confirmed that this replica holds the Lease, or that there is no other replica:
// without it nothing is added. See [Store.Exposed] for what has to follow.
func (s *Store) Release(confirmed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	if !s.synced() || !s.ledger.reporting(now) || !confirmed && s.anyDue(now) {
		return
	}
	l := &s.ledger
	l.release++
	l.releasedAt = now
	for scope, position := range l.position {
		l.releasedThrough[scope] = position
	}
	for i := range l.pending {
		o := &l.pending[i]
		cluster, own := s.due(o, now)
		if cluster {
			s.cluster.observed[o.status]++
			o.cluster = progress(l.release)
		}
		switch {
		case own:
			ns := s.namespaces[o.namespace]
			ns.counters.count(o)
			ns.folded = nil
			o.own = progress(l.release)
		case s.ended(o):
			o.own = done // its counters were deleted
		}
	}
	s.releaseChanges(now)
}

// due reports in which counters a pending observation may be counted now: the
// cluster's, and its own namespace's. A namespace has no counters before it is
// known to exist, even if pods in it are known.
func (s *Store) due(o *observation, now time.Time) (cluster, own bool) {
	if o.awaited(now) {
		return false, false
	}
	l := &s.ledger
	cluster = o.cluster == waiting && l.mayIncrease(l.firstRead, now)
	ns, known := s.namespaces[o.namespace]
	own = o.own == waiting && known && ns.exists && ns.readInTerm == l.term && l.mayIncrease(ns.firstRead, now)
	return cluster, own
}

// Exposed is called when a client has read the whole scrape response that was made
// of a snapshot. It reports whether a counter has gone up since the last time: then
// [Store.Note] has to be written on the Lease at once.
func (s *Store) Exposed(read *Snapshot) (news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.ledger
	if !l.leads || read.term != l.term { // a snapshot that does not report has no term
		return false
	}
	news = l.confirmChanges(read.release)
	now := s.options.Now()
	if l.firstRead.IsZero() {
		l.firstRead = now
	}
	for _, shown := range read.Namespaces {
		if ns, known := s.namespaces[shown.Name]; known && ns.readInTerm != l.term && ns.counters.since.Equal(shown.CountingSince) {
			ns.readInTerm, ns.firstRead = l.term, now
		}
	}
	for i := range l.pending {
		o := &l.pending[i]
		news = news || o.cluster.released() || o.own.released()
		o.cluster.confirm(read.release)
		o.own.confirm(read.release)
	}
	l.dropDone()
	l.readThrough = l.noteOnceRead()
	return news
}

// beginCounting sets all counters to 0.
func (s *Store) beginCounting() {
	now := s.options.Now()
	s.cluster = counters{since: now}
	for _, ns := range s.namespaces {
		ns.counters = counters{since: now}
		ns.folded = nil
	}
}
