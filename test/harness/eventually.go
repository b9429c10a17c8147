package harness

import (
	"testing"
	"time"
)

// Eventually waits until a condition holds, for a minute, and fails with what it
// said last.
func Eventually(t testing.TB, condition func() (said string, holds bool)) {
	t.Helper()
	Within(t, time.Minute, condition)
}

// Within is Eventually for as long as the test says.
func Within(t testing.TB, long time.Duration, condition func() (said string, holds bool)) {
	t.Helper()
	for deadline := time.Now().Add(long); ; time.Sleep(50 * time.Millisecond) {
		said, holds := condition()
		if holds {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("within %s this did not change: %s", long, said)
		}
	}
}
