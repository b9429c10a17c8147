//go:build !race

package sparse

import (
	"fmt"
	"runtime"
	"testing"
	"weak"

	corev1 "k8s.io/api/core/v1"
)

// Under the race detector a sync.Pool forgets at random, and so this is not compiled.

// TestKeepsNothingOfAMessage: what was read is let go of, however many pods are
// read afterwards. A message may be a page of 500 pods, with all that is in them.
func TestKeepsNothingOfAMessage(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one processor, one thing that is used again and again
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
	for range 5 { // a collection empties a pool of what was not used since the one before
		if err := new(Pod).Unmarshal(small); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
	}
	if kept.Value() != nil {
		t.Error("a message is still there after five others were read and five collections: something that is used again and again points into it")
	}
	runtime.KeepAlive(&list)
}
