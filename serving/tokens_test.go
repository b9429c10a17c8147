package serving

import (
	"fmt"
	"testing"
	"time"
)

// TestApprovalsExpire: approvals are valid for their time to live, and their number is
// bounded.
func TestApprovalsExpire(t *testing.T) {
	now := time.Now()
	approved := approvals{last: map[tokenHash]time.Time{}}
	first := hashToken("first")
	if approved.within(first, knownTokenTTL, now) {
		t.Error("a token that was never approved is accepted")
	}
	approved.add(first, now)
	for later, want := range map[time.Duration]bool{0: true, approvalTTL - 1: true, approvalTTL: false} {
		if got := approved.within(first, approvalTTL, now.Add(later)); got != want {
			t.Errorf("after %s the approval is valid: %t, want %t", later, got, want)
		}
	}
	if !approved.within(first, knownTokenTTL, now.Add(approvalTTL)) {
		t.Error("after a minute the token is not known any more")
	}
	for i := range 3 * maxApprovals {
		if approved.add(hashToken(fmt.Sprint(i)), now.Add(approvalTTL)); len(approved.last) > maxApprovals {
			t.Fatalf("%d approvals are kept", len(approved.last))
		}
	}
	last := hashToken(fmt.Sprint(3*maxApprovals - 1))
	if approved.drop(last); approved.within(last, approvalTTL, now.Add(approvalTTL)) {
		t.Error("a token that was refused is accepted")
	}
}
