package serving

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestInFlight(t *testing.T) {
	f := newInFlight(3, 2)
	var ends []func()
	for _, c := range []struct {
		from string
		ok   bool
	}{
		{"10.0.0.1:1", true}, {"10.0.0.1:2", true}, {"10.0.0.1:3", false}, // the limit per origin
		{"10.0.0.2:1", true}, {"10.0.0.3:1", false}, // the limit in total
	} {
		end, ok := f.begin(c.from)
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
	if f.total != 0 || len(f.byOrigin) != 0 {
		t.Errorf("at the end, %d requests are counted, by origin %v", f.total, f.byOrigin)
	}
}

// TestLimiting: a request above the limit gets 503, and one whose handler panics is not
// counted any more.
func TestLimiting(t *testing.T) {
	f := newInFlight(1, 1)
	get := func(next http.HandlerFunc) int {
		w := httptest.NewRecorder()
		defer func() { _ = recover() }()
		f.limiting(next).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		return w.Code
	}
	within := 0
	if outer := get(func(http.ResponseWriter, *http.Request) { within = get(nil) }); outer != 200 || within != 503 {
		t.Errorf("the first gets %d, a second meanwhile %d, want 200 and 503", outer, within)
	}
	get(func(http.ResponseWriter, *http.Request) { panic("oh") })
	if f.total != 0 {
		t.Error("the request that panicked is still counted")
	}
}
