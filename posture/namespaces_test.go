package posture

import (
	"reflect"
	"testing"
)

// TestRemove: what is left of a map is copied to a smaller one when more than an eighth of it
// was deleted, and not before.
func TestRemove(t *testing.T) {
	const size = 64
	entries, deleted, copied := map[int]int{}, 0, 0
	for i := range size {
		entries[i] = i
	}
	for i := range 16 {
		before := reflect.ValueOf(entries).Pointer()
		entries = remove(entries, i, &deleted)
		if reflect.ValueOf(entries).Pointer() == before {
			continue
		}
		if copied++; copied == 1 && i != 7 || deleted != 0 {
			t.Errorf("after %d of %d entries were deleted, the rest is copied, and %d count as deleted; want after 8, and 0", i+1, size, deleted)
		}
		if _, known := entries[i]; known || len(entries) != size-1-i || entries[i+1] != i+1 {
			t.Errorf("after %d entries were deleted, %d are left: %v", i+1, len(entries), entries)
		}
	}
	if copied != 2 {
		t.Errorf("of %d entries 16 are deleted, and the rest is copied %d times, want twice", size, copied)
	}
}
