package policy

import (
	"errors"
	"fmt"
	"strings"
)

// Glob is a pattern for names: * stands for any characters but a slash, and a segment
// ** for any number of whole segments. The zero Glob matches the empty name only.
type Glob struct {
	text     string
	segments []string // the text's, between slashes; nil if it has no *
}

// ParseGlob parses a pattern.
func ParseGlob(text string) (Glob, error) {
	if at := strings.IndexAny(text, `?[]{}\`); at >= 0 {
		return Glob{}, fmt.Errorf("%q is not allowed in a pattern: * stands for any characters but a slash, and ** for whole segments", text[at:at+1])
	}
	switch {
	case text == "":
		return Glob{}, errors.New("an empty pattern matches nothing")
	case len(text) > longestPattern:
		return Glob{}, fmt.Errorf("the pattern has %d bytes, and the longest name %d", len(text), longestPattern)
	}
	if !strings.Contains(text, "*") {
		return Glob{text: text}, nil
	}
	segments := strings.Split(text, "/")
	for _, segment := range segments {
		if segment != "**" && strings.Contains(segment, "**") {
			return Glob{}, fmt.Errorf("** stands for whole segments only: write %q, or ** as a segment of its own", oneStar(segment))
		}
	}
	return Glob{text, segments}, nil
}

// longestPattern is how long a pattern may be, in bytes: as the longest name, which is a
// repository's. What takes longer to match would take the time of all pods.
const longestPattern = 255

// oneStar returns a segment with one * in place of several.
func oneStar(segment string) string {
	for strings.Contains(segment, "**") {
		segment = strings.ReplaceAll(segment, "**", "*")
	}
	return segment
}

// String returns the pattern as it was parsed.
func (g Glob) String() string { return g.text }

// Literal reports whether the pattern has no *, so that it matches itself only.
func (g Glob) Literal() bool { return g.segments == nil }

// beginning returns what every name begins with that the pattern matches.
func (g Glob) beginning() string {
	beginning, _, starred := strings.Cut(g.text, "*")
	if starred {
		beginning = strings.TrimSuffix(beginning, "/") // ** can stand for no segment at all
	}
	return beginning
}

// Match reports whether the pattern matches the whole name. It takes no longer than the
// lengths of the two multiplied, whatever they are, and allocates nothing.
func (g Glob) Match(name string) bool {
	if g.segments == nil {
		return g.text == name
	}
	return matchSegments(g.segments, name)
}

// matchSegments matches segments from the left. Where one does not match, the last **
// takes one segment more. No earlier ** has to be tried again: it took as few as it
// could, and so left the most to what follows.
func matchSegments(pattern []string, name string) bool {
	at, left := 0, true // left is true while name has segments that are not matched
	var afterLast int   // behind the last **,
	var rest string     // and what of the name it did not take
	for left {
		segment, further, more := strings.Cut(name, "/")
		switch {
		case at < len(pattern) && pattern[at] == "**":
			at++
			afterLast, rest = at, name
		case at < len(pattern) && matchSegment(pattern[at], segment):
			at++
			name, left = further, more
		default: // without a **, nothing is left, and nothing matched
			at = afterLast
			_, rest, left = strings.Cut(rest, "/")
			name = rest
		}
	}
	for at < len(pattern) && pattern[at] == "**" {
		at++
	}
	return at == len(pattern)
}

// matchSegment matches one segment, in a time in proportion to its length. What stands
// between two * is taken where it is first found: that leaves the most to what follows.
func matchSegment(pattern, segment string) bool {
	part, pattern, star := strings.Cut(pattern, "*")
	if !star {
		return part == segment
	}
	segment, matches := strings.CutPrefix(segment, part)
	for matches {
		if part, pattern, star = strings.Cut(pattern, "*"); !star {
			return strings.HasSuffix(segment, part)
		}
		_, segment, matches = strings.Cut(segment, part)
	}
	return false
}
