package configuration

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is a field of a mapping that is read into a T.
type field[T any] struct {
	name     string
	words    string // of its value
	about    string // what it means, in Markdown, for docs and schema
	required bool
	schema   schema
	read     func(r *reader, n *yaml.Node, into *T)
}

// optional is a field that may be left out. At returns where its value is kept.
func optional[T, V any](name string, v value[V], at func(*T) *V, about string) field[T] {
	return field[T]{name: name, words: v.words, about: about, schema: v.schema.with("description", plain(about)), read: func(r *reader, n *yaml.Node, into *T) {
		*at(into) = v.read(r, n, name)
	}}
}

// required is a field that has to be there.
func required[T, V any](name string, v value[V], at func(*T) *V, about string) field[T] {
	f := optional(name, v, at, about)
	f.required = true
	return f
}

// given are the fields that a mapping has, right or wrong, with the nodes of their values.
type given map[string]*yaml.Node

// object is a mapping with known fields. What says in words what it is, such as "an
// exemption". Check, if it is not nil, tells what is wrong with the fields together.
func object[T any](what string, fields []field[T], check func(r *reader, n *yaml.Node, fields given, is *T)) value[T] {
	words := "a mapping with " + mainFields(fields)
	return value[T]{words, objectSchema(fields), func(r *reader, n *yaml.Node, name string) (is T) {
		if !r.expect(n, name, words, yaml.MappingNode, "!!map") {
			return is
		}
		values := r.pairs(n, func(key, value *yaml.Node) {
			for i := range fields {
				if fields[i].name == key.Value {
					fields[i].read(r, value, &is)
					return
				}
			}
			r.wrong(key, "unknown field %q: %s", short(key.Value), suggestion(key.Value, what+" has", names(fields)))
		})
		for i := range fields {
			if fields[i].required && values[fields[i].name] == nil {
				r.wrong(n, "%s is missing: write %s", fields[i].name, fields[i].words)
			}
		}
		if check != nil {
			check(r, n, values, &is)
		}
		return is
	}}
}

// mapOf is a mapping whose keys are chosen by its author.
func mapOf[V any](words string, s schema, key func(string) error, of value[V]) value[map[string]V] {
	return value[map[string]V]{words, s, func(r *reader, n *yaml.Node, name string) map[string]V {
		if !r.expect(n, name, words, yaml.MappingNode, "!!map") {
			return nil
		}
		values := map[string]V{}
		r.pairs(n, func(k, v *yaml.Node) {
			if err := key(k.Value); err != nil {
				r.wrong(k, "%s: %v", name, err)
			}
			values[k.Value] = of.read(r, v, k.Value)
		})
		return values
	}}
}

// pairs calls each for every key of a mapping and its value, each key once.
func (r *reader) pairs(n *yaml.Node, each func(key, value *yaml.Node)) given {
	values, lines := given{}, map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch line, twice := lines[key.Value]; {
		case key.ShortTag() == "!!merge": // told by refuseAnchors
		case !r.expect(key, "a key", "text", yaml.ScalarNode, "!!str"):
		case twice:
			r.wrong(key, "%q is given twice: line %d has it already", short(key.Value), line)
		default:
			values[key.Value], lines[key.Value] = value, key.Line
			each(key, value)
		}
	}
	return values
}

// refuseAnchors tells of all anchors, aliases and merge keys: with them a small file can
// stand for a huge one, and what is reviewed is not what is read.
func (r *reader) refuseAnchors(n *yaml.Node) {
	const wayOut = "write the values out, and let a program repeat them if there are many"
	switch {
	case n.Kind == yaml.AliasNode:
		r.wrong(n, "aliases (*%s) are not read: %s", short(n.Value), wayOut)
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!merge":
		r.wrong(n, "merge keys (<<) are not read: %s", wayOut)
	}
	if n.Anchor != "" {
		r.wrong(n, "anchors (&%s) are not read: %s", short(n.Anchor), wayOut)
	}
	for _, inner := range n.Content {
		r.refuseAnchors(inner)
	}
}

// mainFields names the fields that a mapping has to have; if there are none, all.
func mainFields[T any](fields []field[T]) string {
	var needed []string
	for i := range fields {
		if fields[i].required {
			needed = append(needed, fields[i].name)
		}
	}
	if len(needed) == 0 {
		return enumerate(names(fields), "or")
	}
	return enumerate(needed, "and")
}

func names[T any](fields []field[T]) []string {
	var all []string
	for i := range fields {
		all = append(all, fields[i].name)
	}
	return all
}

// plain returns Markdown as text.
func plain(markdown string) string { return strings.ReplaceAll(markdown, "`", "") }
