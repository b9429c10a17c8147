package posture

import (
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// counters count what happened since a time. They never go down, and they are
// deleted with their namespace.
type counters struct {
	since          time.Time
	observed       [policy.NumStatuses]uint64
	checkFailures  [securitycontext.NumChecks]uint64
	verdictChanges [policy.NumStatuses]uint64
}

// count adds an observation.
func (c *counters) count(o *observation) {
	if !o.appeared {
		c.verdictChanges[o.status]++
		return
	}
	c.observed[o.status]++
	for check := range o.failed.All() {
		c.checkFailures[check]++
	}
}

// change adds verdicts that a change of what pods are judged by has changed.
func (c *counters) change(pods [policy.NumStatuses]uint32) {
	for status, n := range pods {
		c.verdictChanges[status] += uint64(n)
	}
}
