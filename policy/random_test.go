package policy

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// judged is a policy and a pod that it judges. Names are few, so that exemptions often
// cover the pod.
type judged struct {
	policy Policy
	ns     Namespace
	w      workload.Workload
	facts  *securitycontext.Facts
}

func (j *judged) by(p Policy) Judgement { return p.Judge(j.ns, j.w, j.facts) }

// forRandom tests a property of many random policies and pods. A failure names the
// seed.
func forRandom(t *testing.T, property func(t *testing.T, r *rand.Rand, c *judged)) {
	t.Helper()
	for seed := range uint64(5000) {
		r := rand.New(rand.NewPCG(seed, 0))
		c := judged{
			ns:    Namespace{Name: oneOf(r, "a", "b", "ab"), Labels: oneOf(r, nil, map[string]string{"tier": "a"}, map[string]string{"tier": "b"}), LabelsKnown: r.IntN(4) > 0},
			w:     workload.Workload{Kind: oneOf(r, "Deployment", "Pod"), Name: oneOf(r, "a", "b", "ab")},
			facts: randomFacts(r),
		}
		c.policy = mustPreset(t, oneOf(r, Presets()...)).Exempting(randomExemptions(r, r.IntN(8)))
		property(t, r, &c)
		if t.Failed() {
			t.Fatalf("seed %d: %+v\nand %+v", seed, c, *c.facts)
		}
	}
}

func oneOf[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// someOf returns up to most random values; none half of the time.
func someOf[T any](r *rand.Rand, most int, value func() T) (list []T) {
	if r.IntN(2) == 0 {
		return nil
	}
	for range 1 + r.IntN(most) {
		list = append(list, value())
	}
	return list
}

func randomChecks(r *rand.Rand) securitycontext.CheckSet {
	return securitycontext.CheckSet(r.Uint32()&r.Uint32()) & everyCheck // a quarter of them
}

func randomFacts(r *rand.Rand) *securitycontext.Facts {
	facts := &securitycontext.Facts{}
	if r.IntN(2) == 0 {
		facts.OfPod = randomChecks(r)
	}
	facts.Containers = someOf(r, 3, func() securitycontext.ContainerFacts {
		return securitycontext.ContainerFacts{Name: oneOf(r, "a", "b", "ab"), Repository: oneOf(r, "", "x", "x/a", "x/b", "y/a"), Class: securitycontext.Class(r.IntN(4)), Failed: randomChecks(r).With(r.IntN(securitycontext.NumChecks))}
	})
	facts.Failed = facts.OfPod
	for _, c := range facts.Containers {
		facts.Failed |= c.Failed
	}
	facts.NotApplicable = randomChecks(r) &^ facts.Failed
	return facts
}

func randomExemptions(r *rand.Rand, n int) (list []Exemption) {
	for i := range n {
		list = append(list, randomExemption(r, fmt.Sprint("exemption-", i)))
	}
	return list
}

func randomExemption(r *rand.Rand, name string) Exemption {
	glob := func() Glob { return globs(oneOf(r, "a", "b", "ab", "a*", "*b", "*"))[0] }
	e := Exemption{Name: name, Namespaces: someOf(r, 2, glob), Checks: randomChecks(r)}
	if r.IntN(3) == 0 {
		e.NamespaceSelector = selector(oneOf(r, "tier=a", "tier=b", "!tier", ""))
	}
	e.Everywhere = len(e.Namespaces) == 0 && e.NamespaceSelector == nil || r.IntN(8) == 0
	e.Workloads = someOf(r, oneOf(r, 2, 3*short), func() WorkloadPattern { return WorkloadPattern{oneOf(r, "Deployment", "Pod"), glob()} })
	e.Containers = someOf(r, oneOf(r, 2, 3*short), func() (p ContainerPattern) {
		if r.IntN(2) == 0 {
			p.Name = new(glob())
		}
		if r.IntN(2) == 0 {
			p.Image = globOf(oneOf(r, "x/a", "x/b", "x/*", "x/**", "x/**/a", "**/a", "**"))
		}
		if r.IntN(4) == 0 {
			p.Class = new(securitycontext.Class(r.IntN(4)))
		}
		return p
	})
	if r.IntN(6) == 0 {
		e.All, e.Checks = true, everyCheck
	}
	return e
}
