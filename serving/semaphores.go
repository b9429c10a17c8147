package serving

import (
	"context"
	"sync"
)

// semaphores has a semaphore for every origin that uses one, each with the same number of
// slots. So origins do not wait for each other.
type semaphores struct {
	slots int

	mu       sync.Mutex
	byOrigin map[origin]*semaphore
}

type semaphore struct {
	slots chan struct{} // holds an element for each slot in use
	users int           // that wait for a slot or use one
}

func newSemaphores(slots int) *semaphores {
	return &semaphores{slots: slots, byOrigin: map[origin]*semaphore{}}
}

// acquire waits for a slot of an origin, which is in use until release is called. It
// returns false if ctx is done first.
func (s *semaphores) acquire(ctx context.Context, from origin) (release func(), ok bool) {
	one := s.join(from)
	select {
	case one.slots <- struct{}{}:
		return func() {
			<-one.slots
			s.leave(from, one)
		}, true
	case <-ctx.Done():
		s.leave(from, one)
		return nil, false
	}
}

// join returns the semaphore of an origin, for one more user.
func (s *semaphores) join(from origin) *semaphore {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.byOrigin[from]
	if one == nil {
		one = &semaphore{slots: make(chan struct{}, s.slots)}
		s.byOrigin[from] = one
	}
	one.users++
	return one
}

// leave removes the semaphore of an origin with its last user.
func (s *semaphores) leave(from origin, one *semaphore) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one.users--; one.users == 0 {
		delete(s.byOrigin, from)
	}
}
