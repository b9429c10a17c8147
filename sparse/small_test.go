//go:build !race

package sparse

import (
	"runtime"
	"testing"
	"unsafe"
)

// This file is not compiled with the race detector, under which a sync.Pool drops
// values at random.

// TestSmall: one more byte in a Pod costs 16 per pod of the cluster, because the
// allocator rounds up.
func TestSmall(t *testing.T) {
	if size := unsafe.Sizeof(Pod{}); size != 64 {
		t.Errorf("a Pod takes %d bytes, want 64", size)
	}
	message, _ := encode(t, typical("a"))
	first, next := new(Pod), new(Pod)
	if err := first.Unmarshal(message); err != nil {
		t.Fatal(err)
	}
	allocations := testing.AllocsPerRun(1000, func() { _ = next.Unmarshal(message) })
	if allocations > 1 {
		t.Errorf("reading a pod of a known shape takes %.0f allocations, want 1, for its text", allocations)
	}
	runtime.KeepAlive(first)
}
