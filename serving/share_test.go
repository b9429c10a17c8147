package serving

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestShare(t *testing.T) {
	s := newShare(3, 2)
	var ends []func()
	for _, c := range []struct {
		from string
		ok   bool
	}{
		{"10.0.0.1:1", true}, {"10.0.0.1:2", true}, {"10.0.0.1:3", false}, // the address's share
		{"10.0.0.2:1", true}, {"10.0.0.3:1", false}, // everybody's
	} {
		end, ok := s.begin(c.from)
		if ok != c.ok {
			t.Errorf("%s: %t, want %t", c.from, ok, c.ok)
		}
		if ok {
			ends = append(ends, end)
		}
	}
	for _, end := range ends {
		end()
	}
	if s.at != 0 || len(s.of) != 0 {
		t.Errorf("at the end, %d are there, of %v", s.at, s.of)
	}
}

// TestAnsweringWithinAShare: what is too much gets 503, and a handler that panics
// leaves its place.
func TestAnsweringWithinAShare(t *testing.T) {
	s := newShare(1, 1)
	get := func(next http.HandlerFunc) int {
		w := httptest.NewRecorder()
		defer func() { _ = recover() }()
		s.answering(next).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		return w.Code
	}
	within := 0
	if outer := get(func(http.ResponseWriter, *http.Request) { within = get(nil) }); outer != 200 || within != 503 {
		t.Errorf("the first gets %d, a second meanwhile %d, want 200 and 503", outer, within)
	}
	get(func(http.ResponseWriter, *http.Request) { panic("oh") })
	if s.at != 0 {
		t.Error("who panicked is still there")
	}
}
