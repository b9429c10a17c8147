package policy

import (
	"iter"
	"slices"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// byNamespace finds the exemptions that hold in a namespace without asking all of them:
// a baseline has one for every workload of the cluster. Exemptions are told by their
// index.
type byNamespace struct {
	everywhere byPod
	named      map[string]*byPod // those that name namespaces only, by each name
	asked      []int32           // those with a glob or a selector have to be asked
}

// byPod finds, of exemptions that hold in a namespace, those that may excuse something
// of a pod.
type byPod struct {
	keyed map[key][]int32
	rest  []int32 // those that no key finds have to be asked
}

// key is a name that a pod has, if an exemption covers it.
type key struct {
	of         field
	kind, name string
}

// field says what a key is a name of.
type field uint8

const (
	ofWorkload field = iota
	ofContainer
	ofRepository
)

// mostEntries bounds what one exemption takes in the index, so that two long lists in
// it do not multiply.
const mostEntries = 10_000

func indexOf(exemptions []Exemption) *byNamespace {
	x := &byNamespace{named: map[string]*byPod{}}
	for i := range exemptions {
		x.add(int32(i), &exemptions[i])
	}
	return x
}

func (x *byNamespace) add(i int32, e *Exemption) {
	switch {
	case e.NamespaceSelector != nil || slices.ContainsFunc(e.Namespaces, func(g Glob) bool { return !g.Literal() }):
		x.asked = append(x.asked, i)
	case len(e.Namespaces) == 0 && e.Everywhere:
		x.everywhere.add(i, e.keys())
	default:
		x.addNamed(i, e)
	}
}

func (x *byNamespace) addNamed(i int32, e *Exemption) {
	keys := e.keys()
	if len(keys)*len(e.Namespaces) > mostEntries {
		keys = nil
	}
	for _, ns := range e.Namespaces {
		if x.named[ns.text] == nil {
			x.named[ns.text] = &byPod{}
		}
		x.named[ns.text].add(i, keys)
	}
}

// asking returns those that hold in a namespace by a glob or a selector; nil if none
// does.
func (p Policy) asking(ns Namespace) (holding *byPod) {
	for _, i := range p.index.asked {
		if e := &p.exemptions[i]; !p.ended[i] && e.holdsIn(ns) {
			if holding == nil {
				holding = &byPod{}
			}
			holding.add(i, e.keys())
		}
	}
	return holding
}

// add adds an exemption under its keys; none if no key finds it.
func (x *byPod) add(i int32, keys []key) {
	if len(keys) == 0 {
		x.rest = append(x.rest, i)
		return
	}
	if x.keyed == nil {
		x.keyed = map[key][]int32{}
	}
	for _, k := range keys {
		x.keyed[k] = append(x.keyed[k], i)
	}
}

// find returns lists of exemptions, which have all that may excuse something of a pod.
func (x *byPod) find(w workload.Workload, facts *securitycontext.Facts) iter.Seq[[]int32] {
	return func(yield func([]int32) bool) {
		if x == nil || !yield(x.rest) || len(x.keyed) == 0 || !yield(x.keyed[key{ofWorkload, w.Kind, w.Name}]) {
			return
		}
		for i := range facts.Containers {
			c := &facts.Containers[i]
			if !yield(x.keyed[key{ofContainer, "", c.Name}]) || !yield(x.keyed[key{ofRepository, "", c.Repository}]) {
				return
			}
		}
	}
}

// keys returns names of which a pod has one if the exemption excuses something of it;
// none if its patterns leave that open.
func (e *Exemption) keys() []key {
	if keys := keysOf(e.Workloads, (*WorkloadPattern).key); keys != nil {
		return keys
	}
	return keysOf(e.Containers, (*ContainerPattern).key)
}

// keysOf returns the keys of all patterns; none if one of them has none.
func keysOf[P any](patterns []P, keyOf func(*P) (key, bool)) []key {
	var keys []key
	for i := range patterns {
		k, ok := keyOf(&patterns[i])
		if !ok {
			return nil
		}
		keys = append(keys, k)
	}
	return keys
}

func (p *WorkloadPattern) key() (key, bool) {
	return key{ofWorkload, p.Kind, p.Name.text}, p.Name.Literal()
}

func (p *ContainerPattern) key() (key, bool) {
	switch {
	case p.Image != nil && p.Image.Literal():
		return key{ofRepository, "", p.Image.text}, true
	case p.Name != nil && p.Name.Literal():
		return key{ofContainer, "", p.Name.text}, true
	}
	return key{}, false
}
