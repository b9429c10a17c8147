//go:build !race

package sparse

import (
	"runtime"
	"testing"
	"unsafe"
)

// Under the race detector a sync.Pool forgets at random, and so this is not compiled.

// TestSmall: a byte more in a Pod is a byte per pod of the cluster, and the
// allocator's next step is 16.
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
		t.Errorf("a replica takes %.0f allocations to read, want 1: its text", allocations)
	}
	runtime.KeepAlive(first)
}
