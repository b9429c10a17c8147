package posture

import (
	"time"

	"github.com/podscore/podscore/securitycontext"
)

// counters only ever go up, from since on, and go with their namespace.
type counters struct {
	since          time.Time
	observed       [NumStatuses]uint64
	checkFailures  [securitycontext.NumChecks]uint64
	verdictChanges [NumStatuses]uint64
}

// observe counts a pod that appeared. What it fails counts unless it is exempt:
// alerts read that.
func (c *counters) observe(status Status, failed securitycontext.CheckSet) {
	c.observed[status]++
	if status == Exempt {
		return
	}
	for check := range failed.All() {
		c.checkFailures[check]++
	}
}
