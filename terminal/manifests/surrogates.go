package manifests

import (
	"bytes"
	"regexp"
	"strconv"
	"unicode/utf16"
)

var surrogates = regexp.MustCompile(`(?i)(\\\\)|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})`)

// withoutSurrogates returns a text of JSON with characters that it writes as two escapes
// written out, because YAML does not know such escapes.
func withoutSurrogates(text []byte) []byte {
	if !bytes.Contains(text, []byte(`\ud`)) && !bytes.Contains(text, []byte(`\uD`)) {
		return text
	}
	return surrogates.ReplaceAllFunc(text, func(found []byte) []byte {
		if len(found) < 12 {
			return found
		}
		high, _ := strconv.ParseUint(string(found[2:6]), 16, 16)
		low, _ := strconv.ParseUint(string(found[8:12]), 16, 16)
		return []byte(string(utf16.DecodeRune(rune(high), rune(low))))
	})
}
