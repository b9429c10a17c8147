package posture

import (
	"slices"
	"time"

	"github.com/podscore/podscore/policy"
)

// change is a change of what pods are judged by, and the verdicts that it changed. It is
// counted as a whole, by one replica. Changes have no resource version of pods: they have
// a position among those of their kind.
type change struct {
	kind     kind
	position uint64 // see kind
	after    uint64 // of labels: the change came later than this
	hash     string // of the configuration
	before   string // the hash of the one before it
	verdicts []verdictsOf
	progress progress
}

// kind says what has changed.
type kind uint8

const (
	ofConfiguration kind = iota // its position is the number of configurations that were taken in
	ofEnd                       // of an exemption, or of several at the same time: nanoseconds since 1970
	ofLabels                    // of namespaces: their resource version
)

// verdictsOf is how many pods of a namespace have got which verdict by a change.
type verdictsOf struct {
	namespace string
	pods      [policy.NumStatuses]uint32
}

func (v *verdictsOf) any() bool { return v.pods != [policy.NumStatuses]uint32{} }

// Judged says which changes of what pods are judged by are in counters that a scrape has
// read.
type Judged struct {
	// Hash is that of the last configuration; "" if none is known.
	Hash string
	// Configurations is how many configurations were taken in, one after the other.
	Configurations uint64
	// Ended is the time through which ends of exemptions were taken in; zero if none was.
	Ended time.Time
	// Labels is the resource version through which labels of namespaces were taken in.
	Labels uint64
}

func endPosition(end time.Time) uint64 { return uint64(max(0, end.UnixNano())) }

// covers reports whether a change is counted. One that may have come before or after, as a
// list tells of labels, is taken as counted: to miss it is better than to count it twice.
func (j *Judged) covers(c *change) bool {
	switch c.kind {
	case ofConfiguration:
		return c.position <= j.Configurations
	case ofEnd:
		return !j.Ended.IsZero() && c.position <= endPosition(j.Ended)
	}
	return c.position <= j.Labels || c.after < j.Labels
}

// add makes a change counted.
func (j *Judged) add(c *change) {
	switch c.kind {
	case ofConfiguration:
		j.Hash, j.Configurations = c.hash, c.position
	case ofEnd:
		j.Ended = time.Unix(0, int64(c.position)).UTC()
	case ofLabels:
		j.Labels = c.position
	}
}

// equal reports whether two of them cover the same.
func (j *Judged) equal(other *Judged) bool {
	return j.Hash == other.Hash && j.Configurations == other.Configurations && j.Ended.Equal(other.Ended) && j.Labels == other.Labels
}

// maxChanges bounds the changes that are kept while nobody reads the counters. In a
// cluster of 3,000 namespaces they take about 10 MiB.
const maxChanges = 100

// givesWay returns the index of the change that is dropped when there are too many. That is
// the oldest that changed no verdict, because a later one of its kind covers it. If there is
// none, it is the oldest of labels: whoever may change the labels of a namespace could else
// push out what a configuration or an end has changed. If there is none, it is the oldest.
func (l *ledger) givesWay() int {
	for _, is := range []func(change) bool{
		func(c change) bool { return len(c.verdicts) == 0 },
		func(c change) bool { return c.kind == ofLabels },
	} {
		if at := slices.IndexFunc(l.changes, is); at >= 0 {
			return at
		}
	}
	return 0
}

// take is called when a change was taken in. It is pending then, unless the Lease names it.
// Before everything was listed nothing is counted.
//
// Configurations are numbered, because their hashes have no order. Every replica takes in
// the same ones, one after the other. But it can pass over one that was there for a few
// seconds only, and does not know how many there were before it started: then the hash on
// the Lease says where it is.
func (l *ledger) take(c change, listed bool) {
	if c.kind == ofConfiguration {
		c.before, l.hash = l.hash, c.hash
		if !listed {
			l.met = l.met || l.hash == l.judged.Hash
			return
		}
		if l.configurations++; !l.met && l.hash == l.judged.Hash {
			l.meet()
		}
		c.position = l.configurations
	}
	if !listed || l.judged.covers(&c) {
		return
	}
	if len(l.changes) >= maxChanges {
		at := l.givesWay()
		l.changes = slices.Delete(l.changes, at, at+1)
	}
	l.changes = append(l.changes, c)
}

// followJudged is called with what another leader has noted.
func (l *ledger) followJudged(to Judged) {
	first := l.note == nil && l.term == 0
	if first { // what was taken in here came after it
		l.shift(to.Configurations)
	}
	if to.Hash != l.judged.Hash || to.Configurations != l.judged.Configurations {
		l.followConfiguration(to, first)
	}
	l.judged = to
	l.changes = slices.DeleteFunc(l.changes, func(c change) bool { return to.covers(&c) })
}

// followConfiguration is called when another leader has counted one more configuration. The
// hash says where that is among those that were taken in here, and the number is corrected
// by it: a replica that has just started does not know which it has missed.
func (l *ledger) followConfiguration(to Judged, first bool) {
	for i := len(l.changes) - 1; i >= 0; i-- {
		if c := &l.changes[i]; c.kind == ofConfiguration && c.hash == to.Hash {
			through := c.position
			l.changes = slices.DeleteFunc(l.changes, func(c change) bool { return c.kind == ofConfiguration && c.position <= through })
			l.shift(to.Configurations - through) // it wraps around where that is below 0, and so does the sum
			l.met = true
			return
		}
	}
	for i := range l.changes {
		if c := &l.changes[i]; c.kind == ofConfiguration && c.before == to.Hash { // all that is pending came after it
			l.shift(to.Configurations + 1 - c.position)
			l.met = true
			return
		}
	}
	was, met := l.judged.Configurations, l.met
	l.met = false
	switch l.judged = to; {
	case !first && to.Configurations < was: // this one has counted more, and could not note it
		l.met = met
	case l.hash == to.Hash:
		l.meet()
	case !first: // it comes after all that were taken in here
		l.configurations = min(l.configurations, max(to.Configurations, 1)-1)
		l.dropConfigurations()
	}
}

// meet is called when the configuration here is the one that the Lease names.
func (l *ledger) meet() {
	l.met, l.configurations = true, l.judged.Configurations
	l.dropConfigurations()
}

func (l *ledger) dropConfigurations() {
	l.changes = slices.DeleteFunc(l.changes, func(c change) bool { return c.kind == ofConfiguration })
}

// shift adds to the numbers of the configurations that were taken in here.
func (l *ledger) shift(by uint64) {
	l.configurations += by
	for i := range l.changes {
		if c := &l.changes[i]; c.kind == ofConfiguration {
			c.position += by
		}
	}
}

// releaseChanges has the changes counted that may be counted now, in their order.
func (s *Store) releaseChanges(now time.Time) {
	for i := range s.ledger.changes {
		c := &s.ledger.changes[i]
		if c.progress != waiting {
			continue
		}
		if !s.changeDue(c, now) {
			return
		}
		for _, v := range c.verdicts {
			if ns, there := s.there(v); there {
				ns.counters.change(v.pods)
				ns.folded = nil
			}
		}
		c.progress = progress(s.ledger.release)
	}
}

// anyChangeDue reports whether releaseChanges would increase a counter.
func (s *Store) anyChangeDue(now time.Time) bool {
	for i := range s.ledger.changes {
		c := &s.ledger.changes[i]
		switch {
		case c.progress != waiting:
		case !s.changeDue(c, now):
			return false
		case len(c.verdicts) > 0:
			return true
		}
	}
	return false
}

// changeDue reports whether a change may be counted in every namespace. It is not counted
// in some of them before it is in the others, because the Lease can say only that it was.
func (s *Store) changeDue(c *change, now time.Time) bool {
	for _, v := range c.verdicts {
		if ns, there := s.there(v); there && (ns.readInTerm != s.ledger.term || !s.ledger.mayIncrease(ns.firstRead, now)) {
			return false
		}
	}
	return true
}

// there returns a namespace, unless it does not exist.
func (s *Store) there(v verdictsOf) (*namespace, bool) {
	ns, known := s.namespaces[v.namespace]
	return ns, known && ns.exists
}

// confirmChanges is called when a scrape has read the counters as of a release. It reports
// whether a counter went up in it.
func (l *ledger) confirmChanges(release uint64) (news bool) {
	for i := range l.changes {
		c := &l.changes[i]
		news = news || c.progress.released() && len(c.verdicts) > 0
		c.progress.confirm(release)
	}
	for len(l.changes) > 0 && l.changes[0].progress == done {
		l.judged.add(&l.changes[0])
		l.met = l.met || l.changes[0].kind == ofConfiguration
		l.changes = l.changes[1:]
	}
	return news
}
