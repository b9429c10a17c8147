package configuration

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	lineOf = regexp.MustCompile(`^(?:line (\d+): )?(.*)$`)
	// ofParser are the mistakes of which the library tells the line before.
	ofParser      = regexp.MustCompile(`^did not find expected (<|node content|'-' indicator|key|',')`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	tab           = regexp.MustCompile(`^ *\t`)
)

// SyntaxError returns the mistake in a file's text that stopped the YAML library with err.
// The library tells the line only, of a long value the first, and none for an alias
// without an anchor.
func SyntaxError(path string, text []byte, err error) Error {
	found := lineOf.FindStringSubmatch(strings.TrimPrefix(err.Error(), "yaml: "))
	line := 1
	if found[1] != "" {
		line, _ = strconv.Atoi(found[1])
	} else if alias := unknownAnchor.FindStringSubmatch(found[2]); alias != nil {
		before, _, _ := strings.Cut(string(text), "*"+alias[1])
		line += strings.Count(before, "\n")
	}
	if ofParser.MatchString(found[2]) && found[1] != "" {
		line++
	}
	lines := strings.Split(string(text), "\n")
	line = max(1, line)
	for at := line; at <= min(line+1, len(lines)); at++ {
		if tab := tab.FindString(lines[at-1]); tab != "" {
			return Error{Place{path, at, len(tab)}, "YAML does not indent by tabs: use spaces"}
		}
	}
	return Error{Place{path, min(line, len(lines)), 1}, "this is not YAML: " + found[2]}
}
