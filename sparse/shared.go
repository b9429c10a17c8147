package sparse

import (
	"maps"
	"runtime"
	"sync"
	"weak"

	"github.com/podscore/podscore/workload"
)

// shared keeps one value for all that are made from the same bytes, for as
// long as somebody holds it: values of vanished pods are released by the
// garbage collector, and their keys with them.
//
// The standard library's unique would ask for the value to be made before it
// can say that there is one already; here bytes are looked up without a copy.
type shared[T any] struct {
	mu       sync.Mutex
	values   map[string]weak.Pointer[T]
	released int // since the map was made
}

// get returns the value that was made from the key's bytes, or builds it; build
// is given the key as it is kept. T must hold a pointer: tiny values share
// their memory, and would outlive their use.
func (s *shared[T]) get(key []byte, build func(key string) (*T, error)) (*T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value := s.values[string(key)].Value(); value != nil {
		return value, nil
	}
	kept := string(key)
	value, err := build(kept)
	if err != nil {
		return nil, err
	}
	if s.values == nil {
		s.values = map[string]weak.Pointer[T]{}
	}
	s.values[kept] = weak.Make(value)
	runtime.AddCleanup(value, s.release, kept)
	return value, nil
}

// release forgets a key, unless a new value was made from it since.
func (s *shared[T]) release(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values[key].Value() != nil {
		return
	}
	delete(s.values, key)
	// A map grows with every entry that it ever had; make it anew now and then.
	if s.released++; s.released > len(s.values)/8 {
		values := make(map[string]weak.Pointer[T], len(s.values))
		maps.Copy(values, s.values)
		s.values, s.released = values, 0
	}
}

// size returns how many values are kept.
func (s *shared[T]) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.values)
}

// What pods share. These stand for the whole process, like the table behind
// the package unique: what they hold follows from its bytes alone, and a
// decoder has nobody to ask for a table of its own.
var (
	namespaces shared[string]
	workloads  shared[workload.Workload]
	shapes     shared[shape]
)
