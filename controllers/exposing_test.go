package controllers

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestClosingWaitsForPages: until the last has ended, and not for ever; and none
// begins until pages may again.
func TestClosingWaitsForPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pages
		waits := func(want time.Duration) {
			t.Helper()
			began := time.Now()
			p.close(t.Context())
			if took := time.Since(began); took != want {
				t.Errorf("it waited for %s, want %s", took, want)
			}
			if p.begin() {
				t.Error("a page begins on what is closed")
			}
		}
		waits(0)
		p.reopen()
		for _, takes := range []time.Duration{100 * time.Millisecond, 300 * time.Millisecond} {
			if !p.begin() {
				t.Fatal("no page may begin")
			}
			time.AfterFunc(takes, p.end)
		}
		waits(300 * time.Millisecond)
		waits(0)
		p.reopen()
		if !p.begin() {
			t.Fatal("no page may begin again")
		}
		waits(confirmTime)
		time.AfterFunc(time.Millisecond, p.end)
		waits(time.Millisecond)
	})
}
