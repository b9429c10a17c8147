package chaos

import (
	"testing"
	"time"
)

// TestNewNamespace has podscore learn of a namespace after a pod there came and
// went, as it does when the watch on namespaces takes longer to recover than the
// one on pods. The pod was told of, so it counts.
func TestNewNamespace(t *testing.T) {
	t.Parallel()
	w := rightWorld(t, kind{limit: 5000}, 10)
	w.weather(func() Weather { return Weather{Only: "/api/v1/namespaces", Late: 2 * time.Second} })
	w.must(t, w.load.createNamespace(t.Context(), "chaos-new"))
	w.must(t, w.load.create(t.Context(), "chaos-new", "short"))
	time.Sleep(time.Second)
	w.must(t, w.client.CoreV1().Pods("chaos-new").Delete(t.Context(), "short", atOnce)) // which the ledger is not told: it stays sure
	w.must(t, w.check(t.Context()))
}
