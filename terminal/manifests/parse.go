package manifests

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/podscore/podscore/configuration"
)

// document is a document while it is parsed.
type document struct {
	chunk
	reader *Reader
	result *Document
	left   int   // how much may still be visited
	starts []int // of the lines in the text; set when first asked for
	warned map[*yaml.Node]bool
}

// parse parses a chunk.
func (r *Reader) parse(c chunk) (result Document) {
	source := Source{c.file, c.index, c.line}
	if c.err != nil {
		place := configuration.Place{Path: c.file, Line: c.line, Column: min(c.line, 1)}
		return Document{Errors: []configuration.Error{{Place: place, Message: c.err.Error()}}}
	}
	if kind, told := r.hasNoPods(c.text); told {
		return Document{Skipped: []Skipped{{source, kind}}}
	}
	d := &document{chunk: c, reader: r, result: &result, left: allowance(c.text)}
	decoder := yaml.NewDecoder(bytes.NewReader(withoutSurrogates(c.text)))
	for {
		var root yaml.Node
		switch err := decoder.Decode(&root); {
		case errors.Is(err, io.EOF):
			return result
		case err != nil:
			result.Errors = append(result.Errors, d.syntax(err))
			return result
		}
		if err := d.object(root.Content[0], header{}, 0); err != nil {
			d.tell(root.Content[0], err)
		}
	}
}

// syntax returns the mistake that stopped the YAML library.
func (d *document) syntax(err error) configuration.Error {
	wrong := configuration.SyntaxError(d.file, d.text, err)
	wrong.Line += d.line - 1
	if bytes.Contains(d.text, []byte("{{")) {
		wrong.Message = "this is a template, and not YAML yet: pipe in what it makes, as in helm template … | kubectl podscore scan -f -"
	}
	return wrong
}

func (d *document) lineOf(n *yaml.Node) int { return n.Line + d.line - 1 }

// wrong returns a mistake at a node.
func (d *document) wrong(n *yaml.Node, format string, args ...any) error {
	return configuration.Error{Place: configuration.Place{Path: d.file, Line: d.lineOf(n), Column: n.Column}, Message: fmt.Sprintf(format, args...)}
}

// tell adds an error to the result. One without a place is told at a node.
func (d *document) tell(n *yaml.Node, err error) {
	placed := configuration.Error{}
	if !errors.As(err, &placed) {
		errors.As(d.wrong(n, "%s", err.Error()), &placed)
	}
	d.result.Errors = append(d.result.Errors, placed)
}

// warnOnce adds a warning about a node, unless the node has one.
func (d *document) warnOnce(n *yaml.Node, message string) {
	if !d.warned[n] {
		if d.warned == nil {
			d.warned = map[*yaml.Node]bool{}
		}
		d.warned[n] = true
		d.warn(d.lineOf(n), n.Column, message)
	}
}

// mostWarnings is how many warnings of one document are told.
const mostWarnings = 100

func (d *document) warn(line, column int, message string) {
	if len(d.result.Warnings) == mostWarnings {
		return
	}
	d.result.Warnings = append(d.result.Warnings, configuration.Error{Place: configuration.Place{Path: d.file, Line: line, Column: column}, Message: message})
}

// header is what tells an object.
type header struct{ apiVersion, kind string }

func (h header) group() string {
	group, _, versioned := strings.Cut(h.apiVersion, "/")
	if !versioned {
		return ""
	}
	return group
}

// maxLists is how deep Lists may be in each other.
const maxLists = 10

// object reads an object, which may be a List. One without apiVersion and kind in a List
// of a kind, such as PodList, is of that kind.
func (d *document) object(n *yaml.Node, of header, lists int) error {
	n = resolved(n)
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return nil // an empty document
	}
	source := Source{d.file, d.index, d.lineOf(n)}
	if n.Kind != yaml.MappingNode {
		d.result.Skipped = append(d.result.Skipped, Skipped{source, ""})
		return nil
	}
	fields, err := d.fields(n)
	if err != nil {
		return err
	}
	is := header{text(fields, "apiVersion"), text(fields, "kind")}
	if is == (header{}) {
		is = of
	}
	if items := valueOf(fields, "items"); isList(is.kind) && items != nil && items.Kind == yaml.SequenceNode {
		return d.list(items, header{is.apiVersion, strings.TrimSuffix(is.kind, "List")}, lists+1)
	}
	kind := d.reader.kindOf(is.group(), is.kind)
	switch {
	case is.apiVersion == "" && d.reader.knows(is.kind):
		return d.wrong(n, "apiVersion is missing")
	case kind == nil && isMisplaced(is.group(), is.kind):
		return d.wrong(n, "Kubernetes has no %s in apiVersion %s", is.kind, short(is.apiVersion))
	case kind == nil:
		d.result.Skipped = append(d.result.Skipped, Skipped{source, is.kind})
		return nil
	}
	return d.templates(n, fields, kind, is, source)
}

// list reads the items of a List. One that is wrong does not hide the others.
func (d *document) list(items *yaml.Node, of header, lists int) error {
	if lists > maxLists {
		return errTooLarge
	}
	for _, item := range items.Content {
		if err := d.object(item, of, lists); err != nil {
			d.tell(item, err)
		}
		if d.left < 0 {
			return nil // told for the item
		}
	}
	return nil
}

// valueOf returns the value of a field; nil if there is none.
func valueOf(fields []entry, name string) *yaml.Node {
	for i := range fields {
		if fields[i].name == name {
			return fields[i].value
		}
	}
	return nil
}

// text returns a field that is text; "" if it is anything else.
func text(fields []entry, name string) string {
	if n := valueOf(fields, name); n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		return n.Value
	}
	return ""
}

// short returns a text of which a message need not show more.
func short(s string) string {
	if runes := []rune(s); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return s
}
