package serving

import (
	"net/http"
	"sync"
)

// inFlight limits the number of requests that are handled at once, in total and per origin,
// so that an origin with many requests does not block the others.
type inFlight struct {
	limit, perOrigin int

	mu       sync.Mutex
	total    int
	byOrigin map[origin]int
}

func newInFlight(limit, perOrigin int) *inFlight {
	return &inFlight{limit: limit, perOrigin: perOrigin, byOrigin: map[origin]int{}}
}

// limiting returns a handler that passes requests on within the limits, and responds with
// 503 to others.
func (f *inFlight) limiting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		end, ok := f.begin(r.RemoteAddr)
		if !ok {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "Too many requests at once", http.StatusServiceUnavailable)
			return
		}
		defer end()
		next.ServeHTTP(w, r)
	})
}

// begin counts a request from an address until end is called. It returns false if that would
// exceed a limit.
func (f *inFlight) begin(address string) (end func(), ok bool) {
	from := originOf(address)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.total == f.limit || f.byOrigin[from] == f.perOrigin {
		return nil, false
	}
	f.total++
	f.byOrigin[from]++
	return func() { f.end(from) }, true
}

func (f *inFlight) end(from origin) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.total--
	if f.byOrigin[from]--; f.byOrigin[from] == 0 {
		delete(f.byOrigin, from)
	}
}
