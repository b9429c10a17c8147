package manifests

import (
	"bytes"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/podscore/podscore/securitycontext"
)

// Region is where something stands in a file: on one line. Lines and columns begin at 1,
// and a column counts characters.
type Region struct {
	Line, Column int
	// EndColumn is behind the last character.
	EndColumn int
	// Text is the line, of a long one a part of it.
	Text string
	// Caret is how many characters of Text stand before the region.
	Caret int
}

// Locate returns where a field of the pod stands; of one that is not there, where the
// nearest one stands that it would be in. What stands in no file has no place.
func (o *Object) Locate(path securitycontext.Path) Region {
	if o.document == nil {
		return Region{}
	}
	at := *o.template
	if o.bare {
		path = path[1:] // there is no spec, and no metadata
	}
	for _, step := range path {
		next, err := o.document.step(at, step)
		if err != nil {
			break
		}
		at = next
	}
	return o.document.region(at)
}

// region returns the region of a field with its value, if that stands on the same line;
// of a mapping in a list, of its first field.
func (d *document) region(at spot) Region {
	if n := at.value; at.key == nil && n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 1 {
		at = spot{n.Content[0], n.Content[1]}
	}
	start := at.value
	if at.key != nil {
		start = at.key
	}
	r := Region{Line: d.lineOf(start), Column: start.Column, EndColumn: start.Column + width(start)}
	if value := at.value; at.key != nil && value.Kind == yaml.ScalarNode && value.Line == start.Line && value.Column > start.Column {
		r.EndColumn = value.Column + width(value)
	}
	d.show(&r, start.Line)
	return r
}

// width returns about how many characters a node takes on its first line.
func width(n *yaml.Node) int {
	switch length := utf8.RuneCountInString(n.Value); {
	case n.Kind == yaml.AliasNode:
		return 1 + length
	case n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return 1
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return length + 2
	default:
		return length
	}
}

// longestText is how much of a line is shown, in characters.
const longestText = 160

// show sets the text of a region, and ends the region with the line.
func (d *document) show(r *Region, line int) {
	text := []rune(string(d.lineText(line)))
	r.EndColumn = max(r.Column+1, min(r.EndColumn, len(text)+1))
	first := 0
	if len(text) > longestText {
		first = max(0, min(r.Column-longestText/2, len(text)-longestText))
		text = text[first : first+longestText]
	}
	r.Caret = min(max(0, r.Column-1-first), len(text))
	r.Text = string(text)
}

// lineText returns a line of the document, from 1.
func (d *document) lineText(line int) []byte {
	if d.starts == nil {
		d.starts = []int{0}
		for i, c := range d.text {
			if c == '\n' {
				d.starts = append(d.starts, i+1)
			}
		}
	}
	if line > len(d.starts) {
		return nil
	}
	text, _, _ := bytes.Cut(d.text[d.starts[line-1]:], []byte("\n"))
	return bytes.TrimRight(text, "\r")
}
