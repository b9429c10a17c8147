package chaos

import (
	"testing"
	"time"
)

// TestNewNamespace delays the watch on namespaces, so that podscore learns of a namespace
// after a pod in it appeared and was deleted, as it can when that watch takes longer to
// recover than the one on pods. The pod has to be counted.
func TestNewNamespace(t *testing.T) {
	t.Parallel()
	w := correctWorld(t, kind{limit: 5000}, 10)
	w.disturb(func() Disturbance { return Disturbance{Only: "/api/v1/namespaces", Lag: 2 * time.Second} })
	w.must(t, w.load.createNamespace(t.Context(), "chaos-new"))
	w.must(t, w.load.create(t.Context(), "chaos-new", "short"))
	time.Sleep(time.Second)
	w.must(t, w.client.CoreV1().Pods("chaos-new").Delete(t.Context(), "short", atOnce)) // not through the load, so that the ledger requires the pod to be counted
	w.must(t, w.check(t.Context()))
}
