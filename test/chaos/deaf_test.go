package chaos

import (
	"net/http"
	"testing"
)

// TestTheLeaderIsDeaf has all that who leads asks be refused for as long as the test
// lasts, but for its Lease: the standby, which hears everything, has to take over, and
// every series has to be true.
func TestTheLeaderIsDeaf(t *testing.T) {
	t.Parallel()
	w := rightWorld(t, kind{replicas: 2, limit: 5000}, 50)
	leader, _, err := w.leader(t.Context())
	w.must(t, err)
	leader.proxy.Set(Weather{Spares: "/leases", Status: http.StatusServiceUnavailable})
	leader.proxy.Cut()
	w.must(t, w.load.change(t.Context(), 50))
	w.must(t, w.check(t.Context()))
	if next, _, err := w.leader(t.Context()); err != nil || next == leader {
		t.Errorf("the replica leads on that hears nothing: %v\n%s", err, w.lastWords())
	}
}
