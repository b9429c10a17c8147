package serving

import (
	"net/http"
	"sync"
)

// share limits how much is done at once, and how much for the same origin, so
// that who asks for much stands in nobody's way but its own.
type share struct {
	limit, ofOne int

	mu sync.Mutex
	at int
	of map[origin]int
}

func newShare(limit, ofOne int) *share {
	return &share{limit: limit, ofOne: ofOne, of: map[origin]int{}}
}

// answering is a handler that answers as many requests at once, and others with
// 503.
func (s *share) answering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		end, ok := s.begin(r.RemoteAddr)
		if !ok {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "Too many requests at once", http.StatusServiceUnavailable)
			return
		}
		defer end()
		next.ServeHTTP(w, r)
	})
}

// begin takes a place for an address, of those of its origin, until end is called; it is not ok where
// there is none.
func (s *share) begin(address string) (end func(), ok bool) {
	from := originOf(address)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == s.limit || s.of[from] == s.ofOne {
		return nil, false
	}
	s.at++
	s.of[from]++
	return func() { s.end(from) }, true
}

func (s *share) end(from origin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at--
	if s.of[from]--; s.of[from] == 0 {
		delete(s.of, from)
	}
}
