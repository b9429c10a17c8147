package configuration

import (
	"strconv"
	"strings"
	"unicode"
)

// unseen reports whether a character of a text is not seen by who reads it, or changes how
// the others are seen: what --check-config says is looked at in a review, and its author may
// be anybody. Such are control characters, by which a terminal is steered, and those that
// turn the direction of a text. Two that have no width, but are needed in some languages, are
// not among them.
func unseen(r rune) bool {
	return !unicode.IsGraphic(r) && !strings.ContainsRune("\n\t\u200c\u200d", r)
}

// visible returns a line of text with escapes in place of what is not seen.
func visible(line string) string {
	if !strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsGraphic(r) }) {
		return line
	}
	var b strings.Builder
	for _, r := range line {
		if unicode.IsGraphic(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}
