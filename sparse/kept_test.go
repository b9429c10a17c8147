//go:build !race

package sparse

import (
	"fmt"
	"runtime"
	"testing"
	"weak"

	corev1 "k8s.io/api/core/v1"
)

// This file is not compiled with the race detector, under which a sync.Pool drops
// values at random.

// TestKeepsNothingOfAMessage: nothing points into a message after it was read. A
// message can be a page of 500 pods, which would be held as a whole.
func TestKeepsNothingOfAMessage(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // with one processor, the pool has one reading
	large := typical("large")
	for i := range 5 {
		large.Spec.Containers = append(large.Spec.Containers, corev1.Container{Name: fmt.Sprint("more-", i)})
	}
	var whole corev1.PodList
	whole.Items = append(whole.Items, *large)
	message, err := whole.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var list PodList
	if err := list.Unmarshal(message); err != nil {
		t.Fatal(err)
	}
	kept := weak.Make(&message[0])
	message = nil
	small, _ := encode(t, typical("small"))
	for range 5 { // every collection drops the pooled values that were not used since the last
		if err := new(Pod).Unmarshal(small); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
	}
	if kept.Value() != nil {
		t.Error("a message is still there after five others were read and five collections: something in the pool points into it")
	}
	runtime.KeepAlive(&list)
}
