package posture

import "testing"

// TestTheLastDepartedAreKnown: at least the last 30,000, and never more than twice as many.
func TestTheLastDepartedAreKnown(t *testing.T) {
	const least = 30_000
	var d departed
	for uid := range uint64(3 * least) {
		d.add(uid)
		if oldest := max(uid, least-1) - (least - 1); !d.has(uid) || !d.has(oldest) {
			t.Fatalf("after %d, it is known: %t; and %d: %t", uid, d.has(uid), oldest, d.has(oldest))
		}
		if known := len(d.recent) + len(d.before); known > 2*least {
			t.Fatalf("%d are known, want at most %d", known, 2*least)
		}
	}
	if d.has(0) {
		t.Error("the first one is known, after all the others")
	}
}
