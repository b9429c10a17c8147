package sparse

import (
	"maps"
	"runtime"
	"sync"
	"weak"

	"github.com/podscore/podscore/workload"
)

// shared interns values: it has one value per key, for as long as a pointer to it is
// held elsewhere. After that the garbage collector frees the value, and its key is
// removed.
//
// The standard library's unique needs the value before it can look it up. Here the
// key's bytes are looked up without a copy, and the value is built only if there is
// none.
type shared[T any] struct {
	mu       sync.Mutex
	values   map[string]weak.Pointer[T]
	released int // keys that were removed since the map was made
}

// get returns the value of a key. If there is none, it calls build with a copy of the
// key, which the value may keep. T must contain a pointer: the runtime allocates
// small values without pointers together, so that one would keep others alive.
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

// release removes a key, unless it has a new value since.
func (s *shared[T]) release(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values[key].Value() != nil {
		return
	}
	delete(s.values, key)
	// A Go map never shrinks: copy the rest to a new one now and then.
	if s.released++; s.released > len(s.values)/8 {
		values := make(map[string]weak.Pointer[T], len(s.values))
		maps.Copy(values, s.values)
		s.values, s.released = values, 0
	}
}

// size returns the number of keys.
func (s *shared[T]) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.values)
}

// What pods share. These tables are global, like the one of the package unique: their
// values depend on the key alone, and a decoder cannot be given a table of its own.
var (
	namespaces shared[string]
	workloads  shared[workload.Workload]
	shapes     shared[shape]
	identities shared[identity]
)
