package posture

import (
	"fmt"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// fixed is the part of the model whose verdicts change by nothing but configurations and
// ends of exemptions, so that it can say exactly how many changes have to be counted. Every
// configuration changes the verdicts of all pods in the namespace d. At every end those of
// one workload in the namespace e change.
type fixed struct {
	configurations []taken
	policies       [2]policy.Policy // of the configurations, in turn
	ends           []end
	maybeFrom      int // a replica started with this configuration, and does not know which before it were counted
}

// taken is a configuration, and how it has to be counted.
type taken struct {
	policy policy.Policy
	maybe  bool // it may be missing in the counters
}

// end is the end of an exemption.
type end struct {
	at    time.Time
	maybe bool
}

var fixedNamespaces = []string{"d", "e"}

const fixedPods = 2 // in d, and in every workload of e

func newFixed(c *cluster) fixed {
	f := fixed{}
	for range 6 {
		f.ends = append(f.ends, end{at: c.now.Add(time.Duration(1+c.random.IntN(400)) * time.Second)})
	}
	f.policies = [2]policy.Policy{f.policy(false), f.policy(true)}
	f.configurations = []taken{{policy: f.policies[0]}}
	return f
}

// policy returns a policy with the exemptions that end, and perhaps with one of d.
func (f *fixed) policy(exemptsD bool) policy.Policy {
	cis, err := policy.Preset("cis")
	if err != nil {
		panic(err)
	}
	var exemptions []policy.Exemption
	for e := range f.ends {
		exemptions = append(exemptions, policy.Exemption{
			Name: fmt.Sprint("e", e), Ends: f.ends[e].at, Namespaces: globs("e"), Checks: 1<<securitycontext.NumChecks - 1, All: true,
			Workloads: []policy.WorkloadPattern{{Kind: "Deployment", Name: globs(fmt.Sprint("w", e))[0]}},
		})
	}
	if exemptsD {
		exemptions = append(exemptions, policy.Exemption{Name: "d", Namespaces: globs("d"), Checks: 1<<securitycontext.NumChecks - 1, All: true})
	}
	return cis.Exempting(exemptions)
}

func hashOfConfiguration(i int) string { return fmt.Sprint("configuration ", i) }

// appearFixed creates the pods of d and e.
func (c *cluster) appearFixed() {
	for i := range fixedPods {
		c.happen(event{pod: testPod(fmt.Sprintf("d/web/%d", i), "privileged")})
		for e := range c.ends {
			c.happen(event{pod: testPod(fmt.Sprintf("e/w%d/%d", e, i), "privileged")})
		}
	}
}

// configure writes one more configuration, which no replica has taken in yet.
func (c *cluster) configure() {
	i := len(c.configurations)
	c.configurations = append(c.configurations, taken{policy: c.policies[i%2], maybe: c.counted() < c.maybeFrom})
}

// counted returns the configuration that the Lease names.
func (c *cluster) counted() (i int) {
	_, _ = fmt.Sscanf(c.lease.note.Judged.Hash, "configuration %d", &i)
	return i
}

// doubtFixed is called when a replica starts, which has the last configuration, and in
// which the exemptions have ended that have by now. It takes in what the Lease does not
// name without seeing any verdict change, and others saw that, but perhaps it leads first.
func (c *cluster) doubtFixed() {
	for i := c.counted() + 1; i < len(c.configurations); i++ {
		c.configurations[i].maybe = true
	}
	c.maybeFrom = len(c.configurations) - 1
	for i := range c.ends {
		e := &c.ends[i]
		e.maybe = e.maybe || !e.at.After(c.now) && e.at.After(c.lease.note.Judged.Ended)
	}
}

// doubtLastEnds is called when the last changes are delivered. What ends only then may come
// too late to be scraped.
func (c *cluster) doubtLastEnds() {
	for i := range c.ends {
		e := &c.ends[i]
		e.maybe = e.maybe || e.at.After(c.now)
	}
}

// takeIn has a replica take in the next configuration, or the ends until now.
func (c *cluster) takeIn(by *replica) {
	by.Advance()
	if next := by.configuration + 1; next < len(c.configurations) {
		by.configuration = next
		by.SetPolicy(c.configurations[next].policy, hashOfConfiguration(next), Limits{})
	}
}

// fixedChanges returns how many changes of verdicts have to be counted.
func (c *cluster) fixedChanges() (least, most map[string]uint64) {
	least, most = map[string]uint64{}, map[string]uint64{}
	add := func(series string, maybe bool) {
		most[series] += fixedPods
		if !maybe {
			least[series] += fixedPods
		}
	}
	for _, t := range c.configurations[1:] {
		add("d changes", t.maybe)
	}
	for _, e := range c.ends {
		if !e.at.After(c.now) {
			add("e changes", e.maybe)
		}
	}
	return least, most
}
