package controllers

import (
	"context"
	"sync"
	"time"

	"github.com/podscore/podscore/posture"
)

// confirmTime bounds how long a page waits until the Lease is confirmed, without
// which it has the counters as they were; and how long a Lease that is given back
// waits for pages.
const confirmTime = time.Second

// Expose begins a page: it counts what may be counted by now, where the API server
// confirms that this replica holds the Lease. finish must be called at its end,
// with the snapshot that somebody has read, or nil.
//
// What a page shows is noted right after it was read. Only if this replica dies,
// or is cut off, between the two does the next leader count it once more.
func (e *Election) Expose(ctx context.Context) (finish func(read *posture.Snapshot)) {
	if !e.pages.begin() {
		return func(*posture.Snapshot) {}
	}
	e.release(ctx)
	return func(read *posture.Snapshot) {
		news := read != nil && e.Store.Exposed(read)
		e.pages.end()
		if !news {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), confirmTime)
		defer cancel()
		_ = e.lock.confirm(ctx) // else the next renewal notes it
	}
}

// release counts what may be counted, at most once per retry period: each time
// takes two writes.
func (e *Election) release(ctx context.Context) {
	if e.Store.Due() {
		if !e.pages.due(e.RetryPeriod) {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, confirmTime)
		defer cancel()
		if e.lock.confirm(ctx) != nil {
			return
		}
	}
	e.Store.Release()
}

// pages are those that are being made or read. A replica that gives its Lease back
// waits for them, to note what they showed.
type pages struct {
	mu       sync.Mutex
	open     int
	closed   bool
	ended    chan struct{} // closed once none is open; nil while nobody waits for that
	released time.Time
}

// begin reports whether one more page may count anything.
func (p *pages) begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.open++
	return true
}

func (p *pages) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
	p.tell()
}

// tell tells whoever waits for it that no page is open.
func (p *pages) tell() {
	if p.open == 0 && p.ended != nil {
		close(p.ended)
		p.ended = nil
	}
}

// due reports whether the last release was that long ago, and takes in that there is one now.
func (p *pages) due(period time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.released) < period {
		return false
	}
	p.released = time.Now()
	return true
}

// close lets no page begin, and waits a moment for those that have.
func (p *pages) close(ctx context.Context) {
	select {
	case <-p.shut():
	case <-time.After(confirmTime):
	case <-ctx.Done():
	}
}

// shut lets no page begin, and returns what is closed once none is open.
func (p *pages) shut() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.ended == nil {
		p.ended = make(chan struct{})
	}
	ended := p.ended
	p.tell()
	return ended
}

// reopen lets pages begin again.
func (p *pages) reopen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = false
}
