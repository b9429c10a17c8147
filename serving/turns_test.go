package serving

import (
	"context"
	"testing"
)

// TestTurns: an origin waits for itself, and for nobody else.
func TestTurns(t *testing.T) {
	turns := newTurns(2)
	one, other := originOf("10.0.0.1:1"), originOf("10.0.0.2:1")
	take := func(ctx context.Context, from origin) func() {
		t.Helper()
		end, ok := turns.take(ctx, from)
		if !ok {
			t.Fatalf("%s gets no place", from)
		}
		return end
	}
	ends := []func(){take(t.Context(), one), take(t.Context(), one), take(t.Context(), other)}
	given, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := turns.take(given, one); ok {
		t.Error("a third of the same gets a place")
	}
	waits := make(chan func())
	go func() {
		end, _ := turns.take(t.Context(), one)
		waits <- end
	}()
	ends[0]()
	(<-waits)()
	ends[1]()
	ends[2]()
	if len(turns.of) != 0 {
		t.Errorf("at the end there are still %d", len(turns.of))
	}
}
