package main

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// TestPace: every call is made once, none before its time.
func TestPace(t *testing.T) {
	const rate = 500
	began := time.Now()
	var mu sync.Mutex
	calls := map[int]int{}
	err := pace(t.Context(), 3, 50, rate, func(_ context.Context, i int) error {
		if due := time.Duration(i) * time.Second / rate; time.Since(began) < due {
			t.Errorf("call %d is made %s too early", i, due-time.Since(began))
		}
		mu.Lock()
		defer mu.Unlock()
		calls[i]++
		return nil
	})
	if err != nil || len(calls) != 50 || calls[0] != 1 || calls[49] != 1 {
		t.Errorf("calls %v, %v", calls, err)
	}
}

// TestPaceEnds: an error, or the context's end, ends all workers.
func TestPaceEnds(t *testing.T) {
	full := errors.New("full")
	if err := pace(t.Context(), 3, 1000, 1e6, func(context.Context, int) error { return full }); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := pace(ctx, 1, 1000, 1, func(context.Context, int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
