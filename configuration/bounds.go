package configuration

import "bytes"

// What one file may have. A library makes some 200 bytes of every value of a file before
// this package sees the first, so a file is refused by its bytes.
const (
	// MaxFileSize is how large a file may be, in bytes.
	MaxFileSize = 1 << 20
	// MaxValues is how many values a file may have, keys and empty ones included. A file
	// of 1 MiB with exemptions that list four checks each has some 90,000.
	MaxValues = 100_000
)

// countValues counts the bytes that may begin a value, or end one, in whatever way YAML
// is written. Some stand in a text or in a comment and mean nothing: it is an upper
// bound, and no file can hide from it. A tree has at most twice as many nodes, because
// what is left out of a pair is a node too.
func countValues(text []byte) (values int) {
	for i, b := range text {
		switch b {
		case ',', ':', '[', '{', '?', '#':
			values++
		case '-', '.': // "- ", and "---" and "..." between documents
			if i+1 == len(text) || !inWord(text[i+1]) {
				values++
			}
		}
	}
	return values
}

// inWord reports whether a byte after a hyphen or a full stop goes on with a word.
func inWord(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || bytes.IndexByte([]byte("-._*/"), b) >= 0
}
