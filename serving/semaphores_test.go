package serving

import (
	"context"
	"testing"
)

// TestSemaphores: an origin waits for its own slots, and not for those of others.
func TestSemaphores(t *testing.T) {
	slots := newSemaphores(2)
	one, other := originOf("10.0.0.1:1"), originOf("10.0.0.2:1")
	acquire := func(ctx context.Context, from origin) func() {
		t.Helper()
		release, ok := slots.acquire(ctx, from)
		if !ok {
			t.Fatalf("%s gets no slot", from)
		}
		return release
	}
	releases := []func(){acquire(t.Context(), one), acquire(t.Context(), one), acquire(t.Context(), other)}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := slots.acquire(cancelled, one); ok {
		t.Error("an origin gets a third slot of two")
	}
	waits := make(chan func())
	go func() {
		release, _ := slots.acquire(t.Context(), one)
		waits <- release
	}()
	releases[0]()
	(<-waits)()
	releases[1]()
	releases[2]()
	if len(slots.byOrigin) != 0 {
		t.Errorf("at the end %d semaphores are left", len(slots.byOrigin))
	}
}
