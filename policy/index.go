package policy

import (
	"slices"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// index finds the exemptions that may hold in a namespace, and of these the ones that may
// excuse something of a pod. Exemptions are told by their index.
type index struct {
	everywhere finder
	named      map[string]*finder // those that name namespaces only, by each name

	// Those with a glob or a selector. Whether they hold in a namespace has to be asked.
	asking     finder // finds them by the namespace's name
	asked      finder // finds them by the pod, but for the next two
	askedRest  set    // what asked.rest would have
	askedPlain set    // what asked.plain would have
}

// mostEntries bounds what one exemption takes in the index, so that two long lists in
// it do not multiply.
const mostEntries = 10_000

func indexOf(exemptions []compiled) *index {
	x := &index{named: map[string]*finder{}}
	for i := range exemptions {
		x.add(int32(i), exemptions[i].Exemption)
	}
	x.askedRest, x.askedPlain = setOfAll(x.asked.rest, len(exemptions)), setOfAll(x.asked.plain, len(exemptions))
	x.asked.rest, x.asked.plain = nil, nil
	return x
}

func (x *index) add(i int32, e *Exemption) {
	switch {
	case e.NamespaceSelector != nil || slices.ContainsFunc(e.Namespaces, func(g Glob) bool { return !g.Literal() }):
		x.asking.add(i, keysOf(e.Namespaces, func(g *Glob) (key, bool) { return g.key(ofNamespace, "") }))
		x.asked.addExemption(i, e, e.keys())
	case len(e.Namespaces) == 0 && e.Everywhere:
		x.everywhere.addExemption(i, e, e.keys())
	default:
		x.addNamed(i, e)
	}
}

func (x *index) addNamed(i int32, e *Exemption) {
	keys := e.keys()
	if len(keys)*len(e.Namespaces) > mostEntries {
		keys = nil
	}
	names := map[string]struct{}{} // each once
	for _, ns := range e.Namespaces {
		names[ns.text] = struct{}{}
	}
	for name := range names {
		if x.named[name] == nil {
			x.named[name] = &finder{}
		}
		x.named[name].addExemption(i, e, keys)
	}
}

// addExemption adds an exemption, to find it by pods.
func (f *finder) addExemption(i int32, e *Exemption, keys []key) {
	if len(e.Workloads)+len(e.Containers) == 0 {
		f.plain = append(f.plain, i)
		return
	}
	f.add(i, keys)
}

// keys returns names of which a pod has one if the exemption excuses something of it;
// none if its patterns leave that open.
func (e *Exemption) keys() []key {
	if keys := keysOf(e.Workloads, (*WorkloadPattern).key); keys != nil {
		return keys
	}
	return keysOf(e.Containers, (*ContainerPattern).key)
}

// Local is the policy of one namespace. It takes a bit for each exemption if one holds by a
// glob or a selector, and else the same memory whatever the policy.
type Local struct {
	policy Policy
	named  *finder // the exemptions that name the namespace; nil if there are none
	asked  set     // those that were asked, and hold; nil if there are none

	plain map[securitycontext.CheckSet]plain // what is remembered; nil if nothing is
}

// In returns the policy of a namespace, by which its pods are judged.
func (p Policy) In(ns Namespace) Local {
	local := Local{policy: p}
	if p.index == nil {
		return local
	}
	local.named = p.index.named[ns.Name]
	var buffer [16]int32
	for _, list := range [...][]int32{p.index.asking.named(buffer[:0], ofNamespace, "", ns.Name), p.index.asking.rest} {
		for _, i := range list {
			if p.exemptions[i].holdsIn(ns) {
				local.add(i)
			}
		}
	}
	return local
}

func (l *Local) add(i int32) {
	if l.asked == nil {
		l.asked = newSet(len(l.policy.exemptions))
	}
	l.asked.add(i)
}

// Exempts reports whether any exemption holds in the namespace, be it that it has ended.
func (l Local) Exempts() bool {
	return l.named != nil || l.asked != nil || l.policy.index != nil && !l.policy.index.everywhere.empty()
}

// candidates appends the exemptions that may excuse something of a pod, in order, each once,
// without those that are plain.
func (l Local) candidates(found []int32, w workload.Workload, facts *securitycontext.Facts) []int32 {
	if l.policy.index == nil {
		return nil
	}
	found = l.policy.index.everywhere.pod(found, w, facts)
	if l.named != nil {
		found = l.named.pod(found, w, facts)
	}
	if l.asked != nil {
		found = l.appendAsked(found, w, facts)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// appendAsked appends those of the exemptions that hold because they were asked.
func (l Local) appendAsked(found []int32, w workload.Workload, facts *securitycontext.Facts) []int32 {
	before := len(found)
	found = l.policy.index.asked.pod(found, w, facts)
	here := slices.DeleteFunc(found[before:], func(i int32) bool { return !l.asked.has(i) })
	return l.asked.appendBoth(found[:before+len(here)], l.policy.index.askedRest)
}
