package serving

import (
	"fmt"
	"testing"
	"time"
)

// TestTokensAreForgotten: right ones are remembered, for an hour, and not without end.
func TestTokensAreForgotten(t *testing.T) {
	now := time.Now()
	right := tokens{right: map[tokenHash]time.Time{}}
	first := hashOf("first")
	if right.within(first, rightTime, now) {
		t.Error("what was never right is")
	}
	right.add(first, now)
	for later, want := range map[time.Duration]bool{0: true, yesTime - 1: true, yesTime: false} {
		if got := right.within(first, yesTime, now.Add(later)); got != want {
			t.Errorf("after %s it is let through: %t, want %t", later, got, want)
		}
	}
	if !right.within(first, rightTime, now.Add(yesTime)) {
		t.Error("after a minute nobody knows that it was right")
	}
	for i := range 3 * tokensMax {
		if right.add(hashOf(fmt.Sprint(i)), now.Add(yesTime)); len(right.right) > tokensMax {
			t.Fatalf("%d are remembered", len(right.right))
		}
	}
	last := hashOf(fmt.Sprint(3*tokensMax - 1))
	if right.drop(last); right.within(last, yesTime, now.Add(yesTime)) {
		t.Error("what is right no more is let through")
	}
}
