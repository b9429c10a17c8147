package chaos

import (
	"net/http"
	"testing"
)

// TestTheLeaderIsDeaf refuses all requests of the leader, except those for its Lease,
// until the end of the test. The standby, whose watches work, has to become the leader,
// and all series have to be correct.
func TestTheLeaderIsDeaf(t *testing.T) {
	t.Parallel()
	w := correctWorld(t, kind{replicas: 2, limit: 5000}, 50)
	leader, _, err := w.leader(t.Context())
	w.must(t, err)
	leader.proxy.Set(Disturbance{Except: "/leases", Status: http.StatusServiceUnavailable})
	leader.proxy.Cut()
	w.must(t, w.load.change(t.Context(), 50))
	w.must(t, w.check(t.Context()))
	if next, _, err := w.leader(t.Context()); err != nil || next == leader {
		t.Errorf("the replica whose watches fail is still the leader: %v\n%s", err, w.logs())
	}
}
