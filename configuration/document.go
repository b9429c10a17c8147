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

// content is what a file says.
type content struct {
	source
	sum        [sha256.Size]byte // of its bytes
	settings   *settings         // of its Configuration; nil if it has none
	exemptions []spot[entry]
	errors     Errors
	cut        bool // it has more errors, which are not kept
	// governs is true unless every document of the file says that it is an Exemptions, or
	// the file is a team's. Another may have the Configuration, even if it is so broken
	// that nobody can tell: podscore does not start while it is bad. What cannot be parsed
	// goes by its lines.
	governs bool
}

// parse reads a file's bytes. What is wrong is in the content's errors.
func parse(from source, text []byte) content {
	r := &reader{source: from}
	c := content{source: from, sum: sha256.Sum256(text), governs: !from.team && (!sayingExemptions.Match(text) || sayingConfiguration.Match(text))}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	switch {
	case len(text) > MaxFileSize:
		r.whole("the file has more than %d bytes: divide it", MaxFileSize)
	case !utf8.Valid(text):
		r.whole("the file is not UTF-8: save it in that encoding")
	case countValues(text) > MaxValues:
		r.whole("the file has more than %d values: divide it", MaxValues)
	default:
		r.documents(text, &c)
	}
	r.errors.sort()
	c.errors = r.errors
	return c
}

// The lines by which the kind of a file is told that cannot be parsed to its end.
var (
	sayingExemptions    = regexp.MustCompile(`(?m)^kind: *["']?` + exemptionsKind + `["']? *(#.*)?\r?$`)
	sayingConfiguration = regexp.MustCompile(`(?m)\bkind["']?\s*:.*` + configurationKind)
)

// whole tells of a mistake of the file as a whole.
func (r *reader) whole(format string, args ...any) {
	r.errors = append(r.errors, Error{Place{Path: r.path}, fmt.Sprintf(format, args...)})
}

// documents reads the documents of a file. Those before a mistake in the YAML itself are
// read too.
func (r *reader) documents(text []byte, into *content) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	onlyExemptions := true
	for first := true; !r.full(); first = false {
		var n yaml.Node
		err := decoder.Decode(&n)
		switch {
		case errors.Is(err, io.EOF) && first:
			r.whole("the file is empty: write apiVersion: %s and kind: %s", APIVersion, enumerate(r.kinds(), "or"))
			return
		case errors.Is(err, io.EOF):
			into.governs = !r.team && !onlyExemptions
			return
		case err != nil:
			r.errors = append(r.errors, SyntaxError(r.path, text, err))
			return
		}
		r.document(n.Content[0], into)
		onlyExemptions = onlyExemptions && saysExemptions(n.Content[0])
	}
}

// document reads one document.
func (r *reader) document(n *yaml.Node, into *content) {
	r.refuseAnchors(n)
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		r.wrong(n, "the document is empty: write apiVersion: %s and kind: %s, or take it away", APIVersion, enumerate(r.kinds(), "or"))
		return
	}
	if !r.expect(n, "the document", "a mapping with apiVersion and kind", yaml.MappingNode, "!!map") || !r.known(n) {
		return
	}
	var read settings
	switch r.kind(n) {
	case configurationKind:
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

// kinds returns the kinds of documents that the file may have.
func (r *reader) kinds() []string {
	if r.team {
		return []string{exemptionsKind}
	}
	return []string{configurationKind, exemptionsKind}
}

// kind returns a document's kind; that which was meant if it is misspelled, and "" if
// nobody can tell or it may not stand here.
func (r *reader) kind(n *yaml.Node) string {
	known, kind := r.kinds(), valueOf(n, "kind")
	switch {
	case kind == nil:
		r.wrong(n, "kind is missing: write %s", enumerate(known, "or"))
		return ""
	case !r.expect(kind, "kind", enumerate(known, "or"), yaml.ScalarNode, "!!str"):
		return ""
	case r.team && kind.Value == configurationKind:
		r.wrong(kind, "kind: a %s may not stand in a file that is read for its exemptions alone (--exemptions): write kind: %s, or give the file with --config", configurationKind, exemptionsKind)
		return ""
	}
	if err := isOneOf("kind", kind.Value, known); err != nil {
		r.wrong(kind, "kind: %v", err)
		return nearest(kind.Value, known)
	}
	return kind.Value
}

// saysExemptions reports whether a document says that it is an Exemptions, and nothing
// else beside.
func saysExemptions(n *yaml.Node) (says bool) {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "kind" {
			if nearest(n.Content[i+1].Value, []string{configurationKind, exemptionsKind}) != exemptionsKind {
				return false
			}
			says = true
		}
	}
	return says
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
