package manifests

import (
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// maxDepth is how deep mappings and lists may be in each other.
const maxDepth = 1000

var errTooLarge = errors.New("with its aliases written out the document is too large: write out what it says, and no more")

// allowance returns how much of a document may be visited: more than a document without
// aliases needs, and far less than aliases can make of it. One is about 8 bytes.
func allowance(text []byte) int { return 500_000 + 2*len(text) }

// visit takes from what may be visited.
func (d *document) visit(cost, depth int) error {
	if d.left -= cost; d.left < 0 || depth > maxDepth {
		return errTooLarge
	}
	return nil
}

// entry is a field of a mapping.
type entry struct {
	name       string
	key, value *yaml.Node // the value is none of an alias
	in         *yaml.Node // the mapping in which it stands, which a merge key may have taken over
}

// resolved returns the node that a node stands for.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias // never an alias itself
	}
	return n
}

// fields returns the fields of a mapping, each once. Of a field that is given twice the last
// counts, and what a merge key takes over counts as if it were written there: so
// sigs.k8s.io/yaml reads it, which kubectl, Helm and the API server use.
func (d *document) fields(n *yaml.Node) ([]entry, error) { return d.fieldsIn(n, 0) }

func (d *document) fieldsIn(n *yaml.Node, depth int) ([]entry, error) {
	if err := d.visit(1+len(n.Content)/2, depth); err != nil {
		return nil, err
	}
	all := collected{list: make([]entry, 0, len(n.Content)/2)}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolved(n.Content[i+1])
		if isMerge(key) {
			if err := d.merge(value, depth, &all); err != nil {
				return nil, err
			}
			continue
		}
		name, err := d.keyName(resolved(key))
		if err != nil {
			return nil, err
		}
		if before := all.put(entry{name, key, value, n}); before != nil && before.in == n {
			d.warnOnce(key, fmt.Sprintf("%q is given twice: only the last counts", short(name)))
		}
	}
	return all.list, nil
}

func isMerge(key *yaml.Node) bool { return key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge" }

// merge puts what a merge key takes over. Of several mappings the first wins.
func (d *document) merge(from *yaml.Node, depth int, into *collected) error {
	mappings := []*yaml.Node{from}
	if from.Kind == yaml.SequenceNode {
		mappings = from.Content
	}
	for _, mapping := range slices.Backward(mappings) {
		if mapping = resolved(mapping); mapping.Kind != yaml.MappingNode {
			return d.wrong(mapping, "a merge key (<<) takes a mapping, or a list of them")
		}
		entries, err := d.fieldsIn(mapping, depth+1)
		if err != nil {
			return err
		}
		for _, e := range entries {
			into.put(e)
		}
	}
	return nil
}

// collected are fields, each once.
type collected struct {
	list []entry
	at   map[string]int // in list; nil while there are few
}

// few is up to how many fields are looked through one by one.
const few = 16

// put adds a field in place of the one with its name, and returns that; nil if there is none.
func (c *collected) put(e entry) (before *entry) {
	i := slices.IndexFunc(c.list[:min(few, len(c.list))], func(other entry) bool { return other.name == e.name })
	if later, found := c.at[e.name]; i < 0 && found {
		i = later
	}
	if i >= 0 {
		replaced := c.list[i]
		c.list[i] = e
		return &replaced
	}
	if len(c.list) >= few {
		if c.at == nil {
			c.at = map[string]int{}
		}
		c.at[e.name] = len(c.list)
	}
	c.list = append(c.list, e)
	return nil
}
