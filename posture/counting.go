package posture

import "time"

// Lead takes in that this replica holds the Lease, and reports until then unless
// it hears otherwise. With each term in which it leads its counters begin at 0.
func (s *Store) Lead(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger.lead(until) {
		s.beginCounting()
	}
}

// Follow takes in that another replica holds the Lease, or gave it back, and
// what is noted there. A note that is zero is of a Lease that nobody ever held.
func (s *Store) Follow(note Note) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.follow(note)
}

// Resign has this replica expose nothing from now on.
func (s *Store) Resign() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.until = time.Time{}
}

// Note returns what a leader, or one that begins to lead, has to note on its Lease.
func (s *Store) Note() Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ledger.noted()
}

// Due reports whether there is anything that [Store.Release] would count.
func (s *Store) Due() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	if !s.synced() || !s.ledger.reports(now) {
		return false
	}
	for i := range s.ledger.pending {
		if cluster, own := s.due(&s.ledger.pending[i], now); cluster || own {
			return true
		}
	}
	return false
}

// Release counts what may be counted by now, so that the next snapshot has it.
// Where there are several replicas, it is called while the Lease is known to be
// this one's; what a page then showed has to be noted there, see [Store.Exposed].
func (s *Store) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	if !s.synced() || !s.ledger.reports(now) {
		return
	}
	l := &s.ledger
	l.release++
	l.released = now
	for scope, position := range l.position {
		l.reached[scope] = position
	}
	for i := range l.pending {
		o := &l.pending[i]
		cluster, own := s.due(o, now)
		if cluster {
			s.cluster.observed[o.status]++
			o.cluster = progress(l.release)
		}
		if ns, known := s.namespaces[o.namespace]; own {
			ns.counters.count(o)
			ns.folded = nil
			o.own = progress(l.release)
		} else if !known || ns.incarnation != o.incarnation {
			o.own = done // its counters went with it
		}
	}
	l.drop()
}

// due reports in which counters a pending observation may be counted by now. A
// namespace of which only pods are known has none yet.
func (s *Store) due(o *observation, now time.Time) (cluster, own bool) {
	l := &s.ledger
	cluster = o.cluster == waiting && l.settled(l.shown, now)
	ns, known := s.namespaces[o.namespace]
	own = o.own == waiting && known && ns.exists && ns.incarnation == o.incarnation && ns.shownIn == l.term && l.settled(ns.shown, now)
	return cluster, own
}

// Exposed takes in that somebody has read a whole page that was made of a
// snapshot. It reports whether that is to be noted on the Lease at once, because
// counters went up in it.
func (s *Store) Exposed(read *Snapshot) (news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.ledger
	if !read.Reporting || !l.leads || read.term != l.term {
		return false
	}
	now := s.options.Now()
	if l.shown.IsZero() {
		l.shown = now
	}
	for _, shown := range read.Namespaces {
		if ns, known := s.namespaces[shown.Name]; known && ns.shownIn != l.term && ns.counters.since.Equal(shown.CountingSince) {
			ns.shownIn, ns.shown = l.term, now
		}
	}
	for i := range l.pending {
		o := &l.pending[i]
		news = news || o.cluster.released() || o.own.released()
		o.cluster.settle(read.release)
		o.own.settle(read.release)
	}
	l.drop()
	l.read = l.through()
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
