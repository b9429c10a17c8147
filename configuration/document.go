package configuration

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// APIVersion is the version of the files that is read.
const APIVersion = "podscore.io/v1alpha1"

// The kinds of documents.
const (
	configurationKind = "Configuration"
	exemptionsKind    = "Exemptions"
)

// MaxFileSize is how large a file may be, in bytes.
const MaxFileSize = 1 << 20

// content is what a file says.
type content struct {
	path       string
	sum        [sha256.Size]byte // of its bytes
	settings   *settings         // of its Configuration; nil if it has none
	exemptions []spot[entry]
	errors     Errors
	// governs is true if the file has a Configuration, or seems to: then it is an error
	// of the whole if it is bad.
	governs bool
}

// parse reads a file's bytes. What is wrong is in the content's errors.
func parse(path string, text []byte) content {
	r := &reader{path: path}
	c := content{path: path, sum: sha256.Sum256(text), governs: governing.Match(text)}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	switch {
	case len(text) > MaxFileSize:
		r.whole("the file has more than %d bytes: divide it", MaxFileSize)
	case !utf8.Valid(text):
		r.whole("the file is not UTF-8: save it in that encoding")
	default:
		r.documents(text, &c)
	}
	r.errors.sort()
	c.errors = r.errors
	return c
}

// governing finds what looks like a Configuration in a file that cannot be read.
var governing = regexp.MustCompile(`(?m)^[^#\n]*\bkind["']?[ \t]*:[ \t]*["']?` + configurationKind + `\b`)

// whole tells of a mistake of the file as a whole.
func (r *reader) whole(format string, args ...any) {
	r.errors = append(r.errors, Error{Place{Path: r.path}, fmt.Sprintf(format, args...)})
}

// documents reads the documents of a file. Those before a mistake in the YAML itself are
// read too.
func (r *reader) documents(text []byte, into *content) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for any := false; ; any = true {
		var n yaml.Node
		err := decoder.Decode(&n)
		switch {
		case errors.Is(err, io.EOF) && !any:
			r.whole("the file is empty: write apiVersion: %s and kind: %s or %s", APIVersion, configurationKind, exemptionsKind)
			return
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			r.errors = append(r.errors, SyntaxError(r.path, text, err))
			return
		}
		r.document(n.Content[0], into)
	}
}

// document reads one document.
func (r *reader) document(n *yaml.Node, into *content) {
	r.refuseAnchors(n)
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		r.wrong(n, "the document is empty: write apiVersion: %s and kind: %s or %s, or take it away", APIVersion, configurationKind, exemptionsKind)
		return
	}
	if !r.is(n, "the document", "a mapping with apiVersion and kind", yaml.MappingNode, "!!map") || !r.known(n) {
		return
	}
	var read settings
	switch r.kind(n) {
	case configurationKind:
		into.governs = true
		read = configurationDocument.read(r, n, configurationKind)
		if into.settings != nil {
			r.wrong(n, "this is the second Configuration of the file: there is one over all files, and any number of Exemptions")
		} else {
			into.settings = &read
		}
	case exemptionsKind:
		read = exemptionsDocument.read(r, n, exemptionsKind)
	}
	into.exemptions = append(into.exemptions, read.exemptions...)
}

// known reports whether a document's version is known or is missing. One of another
// version is not read any further: it has other fields.
func (r *reader) known(n *yaml.Node) bool {
	version := valueOf(n, "apiVersion")
	if version == nil || version.Kind != yaml.ScalarNode || version.ShortTag() != "!!str" || version.Value == APIVersion {
		return true
	}
	r.wrong(version, "apiVersion: %q is not known: this podscore knows %s", short(version.Value), APIVersion)
	return false
}

// kind returns a document's kind; that which was meant if it is misspelled, and "" if
// nobody can tell.
func (r *reader) kind(n *yaml.Node) string {
	known, kind := []string{configurationKind, exemptionsKind}, valueOf(n, "kind")
	switch {
	case kind == nil:
		r.wrong(n, "kind is missing: write %s", enumerate(known, "or"))
		return ""
	case !r.is(kind, "kind", enumerate(known, "or"), yaml.ScalarNode, "!!str"):
		return ""
	}
	if err := isOneOf("kind", kind.Value, known); err != nil {
		r.wrong(kind, "kind: %v", err)
		return nearest(kind.Value, known)
	}
	return kind.Value
}

// valueOf returns the value of a mapping's key; nil if the key is not there.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
