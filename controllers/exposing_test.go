package controllers

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestClosingWaitsForScrapes: close waits until the last scrape has ended, but not for
// ever, and none begins until reopen.
func TestClosingWaitsForScrapes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s scrapes
		waits := func(want time.Duration) {
			t.Helper()
			began := time.Now()
			s.close(t.Context())
			if took := time.Since(began); took != want {
				t.Errorf("it waited for %s, want %s", took, want)
			}
			if s.begin() {
				t.Error("a scrape begins after close")
			}
		}
		waits(0)
		s.reopen()
		for _, takes := range []time.Duration{100 * time.Millisecond, 300 * time.Millisecond} {
			if !s.begin() {
				t.Fatal("no scrape may begin")
			}
			time.AfterFunc(takes, s.end)
		}
		waits(300 * time.Millisecond)
		waits(0)
		s.reopen()
		if !s.begin() {
			t.Fatal("no scrape may begin again")
		}
		waits(confirmTimeout)
		time.AfterFunc(time.Millisecond, s.end)
		waits(time.Millisecond)
	})
}
