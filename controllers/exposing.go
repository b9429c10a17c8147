package controllers

import (
	"context"
	"sync"
	"time"

	"github.com/podscore/podscore/posture"
)

// confirmTimeout bounds how long a scrape waits until the Lease is confirmed, after which
// it shows the counters as they were; and how long a leader that gives its Lease back
// waits for the scrapes that have begun.
const confirmTimeout = time.Second

// Expose is called at the beginning of a scrape. It counts what may be counted by now, if
// the API server confirms that this replica holds the Lease. finish must be called at the
// end of the scrape: with its snapshot if the scraper has read all of it, else with nil.
//
// What a scrape showed is noted on the Lease right after it was read. If this replica
// dies or is cut off between the two, the next leader counts it once more.
func (e *Election) Expose(ctx context.Context) (finish func(read *posture.Snapshot)) {
	if !e.scrapes.begin() {
		return func(*posture.Snapshot) {}
	}
	e.release(ctx)
	return func(read *posture.Snapshot) {
		news := read != nil && e.Store.Exposed(read)
		e.scrapes.end()
		if !news {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), confirmTimeout)
		defer cancel()
		_ = e.lock.confirm(ctx) // if it fails, the next renewal writes the note
	}
}

// release counts what may be counted, at most once per RetryPeriod: each time costs
// the API server two writes.
func (e *Election) release(ctx context.Context) {
	due := e.Store.Due()
	if due {
		if !e.scrapes.startRelease(e.RetryPeriod) {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, confirmTimeout)
		defer cancel()
		if e.lock.confirm(ctx) != nil {
			return
		}
	}
	e.Store.Release(due)
}

// scrapes counts the scrapes that have begun and not ended. A leader that gives its Lease
// back waits for them, to note what they showed.
type scrapes struct {
	mu       sync.Mutex
	open     int
	closed   bool
	drained  chan struct{} // closed once none is open; nil while nobody waits for that
	released time.Time     // when the last release began
}

// begin counts one more scrape. It returns false after close: the scrape must not count
// anything.
func (s *scrapes) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.open++
	return true
}

// end is called once for every begin that returned true.
func (s *scrapes) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	s.signalDrained()
}

// signalDrained wakes those who wait until no scrape is open. mu must be held.
func (s *scrapes) signalDrained() {
	if s.open == 0 && s.drained != nil {
		close(s.drained)
		s.drained = nil
	}
}

// startRelease reports whether the last release was at least a period ago. If so, the
// next period begins now.
func (s *scrapes) startRelease(period time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.released) < period {
		return false
	}
	s.released = time.Now()
	return true
}

// close lets no scrape begin, and waits until those that have begun end, ctx is done, or
// confirmTimeout has passed.
func (s *scrapes) close(ctx context.Context) {
	select {
	case <-s.drain():
	case <-time.After(confirmTimeout):
	case <-ctx.Done():
	}
}

// drain lets no scrape begin. It returns a channel that is closed once none is open.
func (s *scrapes) drain() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.drained == nil {
		s.drained = make(chan struct{})
	}
	drained := s.drained
	s.signalDrained()
	return drained
}

// reopen lets scrapes begin again after close.
func (s *scrapes) reopen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = false
}
