package policy

import (
	"slices"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// finder finds patterns by the names that they may match, without asking all of them:
// a baseline has an exemption for every workload of the cluster. What it finds is told by
// an index, of an exemption or of an entry in its lists, and has to be asked still.
type finder struct {
	keyed   map[key][]int32
	lengths [numFields][]int // of the beginnings that are among the keys
	rest    []int32          // those without a key, which may match anything
	plain   []int32          // exemptions that cover all pods and containers: for them only the checks have to be looked at
}

// key is a name, or the beginning of one, that is there if a pattern matches.
type key struct {
	of         field
	begins     bool // name is the beginning only
	kind, name string
}

// field says what a key is a name of.
type field uint8

const (
	ofNamespace field = iota
	ofWorkload
	ofContainer
	ofRepository

	numFields // how many there are
)

// add adds a pattern under its keys; none if no key finds it.
func (f *finder) add(i int32, keys []key) {
	if len(keys) == 0 {
		f.rest = append(f.rest, i)
		return
	}
	if f.keyed == nil {
		f.keyed = map[key][]int32{}
	}
	for _, k := range keys {
		f.keyed[k] = append(f.keyed[k], i)
		lengths := &f.lengths[k.of]
		if at, known := slices.BinarySearch(*lengths, len(k.name)); k.begins && !known {
			*lengths = slices.Insert(*lengths, at, len(k.name))
		}
	}
}

func (f *finder) empty() bool { return len(f.keyed)+len(f.rest)+len(f.plain) == 0 }

// named appends what may match a name, without the rest.
func (f *finder) named(found []int32, of field, kind, name string) []int32 {
	found = append(found, f.keyed[key{of: of, kind: kind, name: name}]...)
	for _, n := range f.lengths[of] {
		if n > len(name) {
			break
		}
		found = append(found, f.keyed[key{of, true, kind, name[:n]}]...)
	}
	return found
}

// container appends what may match a container, without the rest.
func (f *finder) container(found []int32, c *securitycontext.ContainerFacts) []int32 {
	return f.named(f.named(found, ofContainer, "", c.Name), ofRepository, "", c.Repository)
}

// pod appends what may match a pod, with the rest, and without those that are plain. The pod's
// containers can find one several times.
func (f *finder) pod(found []int32, w workload.Workload, facts *securitycontext.Facts) []int32 {
	if found = append(found, f.rest...); len(f.keyed) == 0 {
		return found
	}
	found = f.named(found, ofWorkload, w.Kind, w.Name)
	for i := range facts.Containers {
		found = f.container(found, &facts.Containers[i])
	}
	return found
}

// keysOf returns the keys of all patterns; none if one of them has none.
func keysOf[P any](patterns []P, keyOf func(*P) (key, bool)) []key {
	var keys []key
	for i := range patterns {
		k, has := keyOf(&patterns[i])
		if !has {
			return nil
		}
		keys = append(keys, k)
	}
	return keys
}

// key returns the key of a pattern for names; it has none if it begins with a *.
func (g *Glob) key(of field, kind string) (_ key, has bool) {
	name := g.beginning()
	return key{of, !g.Literal(), kind, name}, g.Literal() || name != ""
}

func (p *WorkloadPattern) key() (_ key, has bool) { return p.Name.key(ofWorkload, p.Kind) }

// key returns the key of the part that tells most: a whole name rather than a beginning,
// and the image's rather than the container's.
func (p *ContainerPattern) key() (best key, has bool) {
	for _, part := range []struct {
		of   field
		glob *Glob
	}{{ofRepository, p.Image}, {ofContainer, p.Name}} {
		if part.glob == nil {
			continue
		}
		if k, is := part.glob.key(part.of, ""); is && (!has || best.begins && !k.begins) {
			best, has = k, true
		}
	}
	return best, has
}
