package serving

import (
	"context"
	"sync"
)

// turns lets so much be done at once for an origin, and has the rest wait. Origins
// do not wait for each other.
type turns struct {
	ofOne int

	mu sync.Mutex
	of map[origin]*queue
}

type queue struct {
	places chan struct{}
	in     int // that wait or have a place
}

func newTurns(ofOne int) *turns {
	return &turns{ofOne: ofOne, of: map[origin]*queue{}}
}

// take waits for a place, until end is called; it is not ok where there was none
// before ctx was done.
func (t *turns) take(ctx context.Context, from origin) (end func(), ok bool) {
	q := t.join(from)
	select {
	case q.places <- struct{}{}:
		return func() {
			<-q.places
			t.leave(from, q)
		}, true
	case <-ctx.Done():
		t.leave(from, q)
		return nil, false
	}
}

func (t *turns) join(from origin) *queue {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := t.of[from]
	if q == nil {
		q = &queue{places: make(chan struct{}, t.ofOne)}
		t.of[from] = q
	}
	q.in++
	return q
}

func (t *turns) leave(from origin, q *queue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if q.in--; q.in == 0 {
		delete(t.of, from)
	}
}
