package manifests

import (
	"bytes"
	"regexp"
)

var (
	kindLine = regexp.MustCompile(`^kind:[ \t]+([A-Za-z0-9]+)[ \t]*(#.*)?\r?$`)
	// ordinary are the lines without indentation of a mapping as everybody writes it.
	ordinary = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9]*:([ \t\r].*)?|#.*|- .*|-|---([ \t].*)?|\r?)$`)
	// breaks are line breaks to YAML, and to nobody else.
	breaks = regexp.MustCompile("\u0085|\u2028|\u2029|\r[^\n]")
)

// peek returns the kind of a document without parsing it; false if only the parser can
// tell. Where a document is written in an unusual way, it does not try: what it finds is
// the kind, or there is none.
func peek(text []byte) (kind string, known bool) {
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		if len(line) == 0 || line[0] == ' ' {
			continue
		}
		if !ordinary.Match(line) {
			return "", false
		}
		if !bytes.HasPrefix(line, []byte("kind:")) {
			continue
		}
		found := kindLine.FindSubmatch(line)
		if known || found == nil {
			return "", false
		}
		kind, known = string(found[1]), true
	}
	return kind, known
}

// hasNoPods reports whether a document is told by its kind to have no pods.
func (r *Reader) hasNoPods(text []byte) (kind string, told bool) {
	kind, known := peek(text)
	if !known || isList(kind) || r.knows(kind) || breaks.Match(text) {
		return "", false
	}
	return kind, true
}
