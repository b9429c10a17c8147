package policy

import (
	"errors"
	"fmt"
	"path"
	"slices"
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
	if text == "" {
		return Glob{}, errors.New("an empty pattern matches nothing")
	}
	if !strings.Contains(text, "*") {
		return Glob{text: text}, nil
	}
	segments := strings.Split(text, "/")
	for _, segment := range segments {
		if segment != "**" && strings.Contains(segment, "**") {
			return Glob{}, fmt.Errorf("** stands for whole segments only: write %q, or * for a part of a segment", strings.ReplaceAll(segment, "**", "*"))
		}
	}
	return Glob{text, segments}, nil
}

// String returns the pattern as it was parsed.
func (g Glob) String() string { return g.text }

// Literal reports whether the pattern has no *, so that it matches itself only.
func (g Glob) Literal() bool { return g.segments == nil }

// Match reports whether the pattern matches the whole name.
func (g Glob) Match(name string) bool {
	if g.segments == nil {
		return g.text == name
	}
	return matchSegments(g.segments, strings.Split(name, "/"))
}

func matchSegments(pattern, segments []string) bool {
	at := slices.Index(pattern, "**")
	if at < 0 {
		return len(pattern) == len(segments) && matchEach(pattern, segments)
	}
	if len(segments) < at || !matchEach(pattern[:at], segments[:at]) {
		return false
	}
	for rest := segments[at:]; ; rest = rest[1:] {
		if matchSegments(pattern[at+1:], rest) {
			return true
		}
		if len(rest) == 0 {
			return false
		}
	}
}

// matchEach matches segments one by one. Both lists have the same length.
func matchEach(pattern, segments []string) bool {
	for i := range pattern {
		if matches, err := path.Match(pattern[i], segments[i]); err != nil || !matches {
			return false
		}
	}
	return true
}
