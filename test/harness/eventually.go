package harness

import (
	"testing"
	"time"
)

// Eventually waits for up to a minute until a condition holds. If it does not, the test
// fails with the state that the condition returned last.
func Eventually(t testing.TB, condition func() (state string, holds bool)) {
	t.Helper()
	Within(t, time.Minute, condition)
}

// Within does what Eventually does, with another timeout.
func Within(t testing.TB, timeout time.Duration, condition func() (state string, holds bool)) {
	t.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		state, holds := condition()
		if holds {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("within %s this did not change: %s", timeout, state)
		}
	}
}
