package policy

import (
	"math/rand/v2"
	"testing"

	"github.com/podscore/podscore/securitycontext"
)

// TestExcusing: a check counts for a pod that is not out as long as one of its failures is
// excused by no exemption.
func TestExcusing(t *testing.T) {
	forRandom(t, func(t *testing.T, _ *rand.Rand, c *judged) {
		local := c.policy.In(c.ns)
		j := local.Judge(c.w, c.facts)
		var counts securitycontext.CheckSet
		count := func(failed securitycontext.CheckSet, of *securitycontext.ContainerFacts) {
			for check := range failed.All() {
				switch e := local.Excusing(&j, of, check); {
				case e == nil:
					counts = counts.With(check)
				case !e.Checks.Has(check):
					t.Errorf("%s excuses %s, which it does not name", e.Name, checks[check].ID)
				}
			}
		}
		count(c.facts.OfPod, nil)
		for i := range c.facts.Containers {
			count(c.facts.Containers[i].Failed, &c.facts.Containers[i])
		}
		if !j.Out && counts != j.Failed {
			t.Errorf("by its failures %b counts, and the judgement says %b", counts, j.Failed)
		}
		if j.Out && counts != 0 {
			t.Errorf("the pod is out, and %b counts", counts)
		}
	})
}
