package controllers

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/podscore/podscore/posture"
)

// confirmTime bounds how long a page waits until the Lease is confirmed. Without
// that it has the counters as they were.
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
	_ = wait.PollUntilContextTimeout(ctx, 5*time.Millisecond, time.Second, true, func(context.Context) (bool, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.closed = true
		return p.open == 0, nil
	})
}

// reopen lets pages begin again.
func (p *pages) reopen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = false
}
