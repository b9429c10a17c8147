package policy

import (
	"slices"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// compiled is an exemption with finders for its lists, if they are long.
type compiled struct {
	*Exemption
	workloads, containers *finder // nil for a short list
}

// short is how many entries a list has at most that are asked one after the other: that
// takes no longer than to find them.
const short = 4

func compile(exemptions []Exemption) []compiled {
	list := make([]compiled, len(exemptions))
	for i := range exemptions {
		e := &exemptions[i]
		list[i] = compiled{e, finderOf(e.Workloads, (*WorkloadPattern).key), finderOf(e.Containers, (*ContainerPattern).key)}
	}
	return list
}

// finderOf returns a finder of the entries of a list.
func finderOf[P any](patterns []P, keyOf func(*P) (key, bool)) *finder {
	if len(patterns) <= short {
		return nil
	}
	f := &finder{}
	for i := range patterns {
		f.add(int32(i), keysOf(patterns[i:i+1], keyOf))
	}
	return f
}

// covers reports what [Exemption.covers] does.
func (e *compiled) covers(w workload.Workload) bool {
	if e.workloads == nil {
		return e.Exemption.covers(w)
	}
	var buffer [16]int32
	matches := func(i int32) bool { return e.Workloads[i].matches(w) }
	return slices.ContainsFunc(e.workloads.named(buffer[:0], ofWorkload, w.Kind, w.Name), matches) || slices.ContainsFunc(e.workloads.rest, matches)
}

// matches reports what [Exemption.matches] does.
func (e *compiled) matches(c *securitycontext.ContainerFacts) bool {
	if e.containers == nil {
		return e.Exemption.matches(c)
	}
	var buffer [16]int32
	matches := func(i int32) bool { return e.Containers[i].matches(c) }
	return slices.ContainsFunc(e.containers.container(buffer[:0], c), matches) || slices.ContainsFunc(e.containers.rest, matches)
}
