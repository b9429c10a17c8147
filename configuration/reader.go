package configuration

import (
	"fmt"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// reader collects what is wrong with a file.
type reader struct {
	source
	errors Errors
}

func (r *reader) place(n *yaml.Node) Place { return Place{r.path, n.Line, n.Column} }

func (r *reader) wrong(n *yaml.Node, format string, args ...any) {
	switch {
	case r.full():
	case len(r.errors) == mostErrors:
		r.errors = append(r.errors, Error{Place{Path: r.path}, fmt.Sprintf("more than %d mistakes: the others are not told", mostErrors)})
	default:
		r.errors = append(r.errors, Error{r.place(n), fmt.Sprintf(format, args...)})
	}
}

// full reports whether no more mistakes are told. Then nothing more is read either.
func (r *reader) full() bool { return len(r.errors) > mostErrors }

// value reads a V from a node, and knows what the docs and the schema say of it.
type value[V any] struct {
	// words say what to write, such as "a list of checks".
	words  string
	schema schema
	// read returns what the node says, and tells the reader what is wrong with it. Then
	// it returns what it could read. The name is that of the field, for the errors.
	read func(r *reader, n *yaml.Node, name string) V
}

// text is a value that is written as text.
func text[V any](words string, s schema, parse func(string) (V, error)) value[V] {
	return scalar(words, s, parse, "!!str")
}

// scalar is a value of one of YAML's scalar types.
func scalar[V any](words string, s schema, parse func(string) (V, error), tags ...string) value[V] {
	return value[V]{words, s, func(r *reader, n *yaml.Node, name string) (v V) {
		if !r.expect(n, name, words, yaml.ScalarNode, tags...) {
			return v
		}
		v, err := parse(n.Value)
		if err != nil {
			r.wrong(n, "%s: %v", name, err)
		}
		return v
	}}
}

// list is a list of values; the words are those of the list. An empty one is a mistake,
// because it could be read as nothing and as everything. So is a very long one.
func list[V any](words string, of value[V]) value[[]V] {
	any := listOrNone(words, of)
	return value[[]V]{any.words, any.schema.with("minItems", 1).with("maxItems", longestList), func(r *reader, n *yaml.Node, name string) []V {
		switch {
		case n.Kind != yaml.SequenceNode:
		case len(n.Content) == 0:
			r.wrong(n, "%s is an empty list: write what it is about, or leave it out", name)
		case len(n.Content) > longestList:
			r.wrong(n.Content[longestList], "%s has %d entries, and at most %d: write a pattern for several, or divide the exemption", name, len(n.Content), longestList)
		}
		return any.read(r, n, name)
	}}
}

// listOrNone is a list of values that may be empty.
func listOrNone[V any](words string, of value[V]) value[[]V] {
	return value[[]V]{words, schema{"type": "array", "items": of.schema}, func(r *reader, n *yaml.Node, name string) (values []V) {
		if r.expect(n, name, words, yaml.SequenceNode, "!!seq") {
			for i := 0; i < len(n.Content) && !r.full(); i++ {
				values = append(values, of.read(r, n.Content[i], name))
			}
		}
		return values
	}}
}

// spot is a value with its place, which has no line if the value is not given.
type spot[V any] struct {
	value V
	at    Place
}

// placed keeps the place of a value.
func placed[V any](of value[V]) value[spot[V]] {
	return value[spot[V]]{of.words, of.schema, func(r *reader, n *yaml.Node, name string) spot[V] {
		return spot[V]{of.read(r, n, name), r.place(n)}
	}}
}

// expect reports whether a node is of a kind and has one of the types (tags).
func (r *reader) expect(n *yaml.Node, name, words string, kind yaml.Kind, tags ...string) bool {
	switch tag := n.ShortTag(); {
	case r.full():
	case n.Kind == yaml.AliasNode: // told by refuseAnchors
	case n.Kind == kind && slices.Contains(tags, tag) && ambiguous(n):
		r.wrong(n, "%s is %s, which other readers of YAML take for true or false: put it in quotes", name, described(n))
	case n.Kind == kind && slices.Contains(tags, tag):
		return true
	case n.Kind == yaml.ScalarNode && tag == "!!null":
		r.wrong(n, "%s has no value: write %s", name, words)
	case n.Kind == yaml.ScalarNode && kind == yaml.ScalarNode && slices.Contains(tags, "!!str"):
		r.wrong(n, "%s is %s and has to be text: put it in quotes", name, described(n))
	default:
		r.wrong(n, "%s is %s: write %s", name, described(n), words)
	}
	return false
}

var oldTruth = regexp.MustCompile(`^(?i:y|yes|n|no|on|off)$`)

// ambiguous reports whether a node is text here, and a truth value in YAML 1.1, which
// kubectl and others read.
func ambiguous(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && n.ShortTag() == "!!str" && oldTruth.MatchString(n.Value)
}

// described says in words what a node is.
func described(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!str":
		return fmt.Sprintf("the text %q", short(n.Value))
	case "!!int", "!!float":
		return "the number " + short(n.Value)
	case "!!bool":
		return "the truth value " + short(n.Value)
	case "!!timestamp":
		return "the date " + short(n.Value)
	}
	return fmt.Sprintf("of the type %s", short(n.Tag))
}

// short returns a text of which an error need not show more.
func short(s string) string {
	const most = 80
	runes := 0
	for i := range s {
		if runes++; runes > most {
			return s[:i] + "…"
		}
	}
	return s
}
