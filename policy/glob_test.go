package policy

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern        string
		match, without []string
	}{
		{"web", []string{"web"}, []string{"", "we", "web2", "web/", "/web", "Web"}},
		{"~_.-:", []string{"~_.-:"}, []string{""}},
		{strings.Repeat("a", 254) + "*", []string{strings.Repeat("a", 255)}, []string{"a"}},
		{"*", []string{"", "web", "a.b-c"}, []string{"a/b", "/"}},
		{"web-*", []string{"web-", "web-1", "web-1-2"}, []string{"web", "web-1/2", "aweb-1"}},
		{"*web*", []string{"web", "aweb", "webweb", "a-web-b"}, []string{"we", "w-eb"}},
		{"*ab*ab", []string{"abab", "aabbab", "abxab"}, []string{"ab", "aba", "ababx"}},
		{"a/*/c", []string{"a/b/c", "a//c"}, []string{"a/c", "a/b/b/c"}},
		{"**", []string{"", "a", "a/b/c", "/"}, nil},
		{"a/**", []string{"a", "a/b", "a/b/c"}, []string{"ab", "b/a", ""}},
		{"**/c", []string{"c", "b/c", "a/b/c"}, []string{"bc", "c/d"}},
		{"a/**/c", []string{"a/c", "a/b/c", "a/c/c", "a/b/b/c"}, []string{"a", "c", "ac", "a/b", "a/bc", "b/a/c"}},
		{"**/b/**/d", []string{"b/d", "a/b/c/d", "b/b/d/d"}, []string{"d/b", "b/d/a", "b"}},
		{"**/a*/**/b", []string{"a/b", "x/a1/a2/b/b"}, []string{"a", "b/a"}},
	} {
		glob := globs(c.pattern)[0]
		if glob.String() != c.pattern || glob.Literal() == strings.Contains(c.pattern, "*") {
			t.Errorf("%q: it is %q, literal %t", c.pattern, glob, glob.Literal())
		}
		for _, name := range c.match {
			if !glob.Match(name) {
				t.Errorf("%q has to match %q", c.pattern, name)
			}
		}
		for _, name := range c.without {
			if glob.Match(name) {
				t.Errorf("%q must not match %q", c.pattern, name)
			}
		}
	}
}

func TestGlobErrors(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                        "an empty pattern matches nothing",
		"web-?":                   `"?" is not allowed in a pattern: * stands for any characters but a slash, and ** for whole segments`,
		"?web":                    `"?" is not allowed in a pattern: * stands for any characters but a slash, and ** for whole segments`,
		"web-[12]":                `"[" is not allowed in a pattern: * stands for any characters but a slash, and ** for whole segments`,
		`web\*`:                   `"\\" is not allowed in a pattern: * stands for any characters but a slash, and ** for whole segments`,
		"web-**":                  `** stands for whole segments only: write "web-*", or ** as a segment of its own`,
		"a/***/b":                 `** stands for whole segments only: write "*", or ** as a segment of its own`,
		strings.Repeat("a*", 128): "the pattern has 256 bytes, and the longest name 255",
		"a/x***y":                 `** stands for whole segments only: write "x*y", or ** as a segment of its own`,
	} {
		if _, err := ParseGlob(pattern); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", pattern, err, want)
		}
	}
}

// reference returns a regular expression that matches "/" and a name if the pattern
// matches the name.
func reference(pattern string) *regexp.Regexp {
	expression := "(?s)^"
	for _, segment := range strings.Split(pattern, "/") {
		if segment == "**" {
			expression += "(?:/[^/]*)*"
			continue
		}
		parts := strings.Split(segment, "*")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		expression += "/" + strings.Join(parts, "[^/]*")
	}
	return regexp.MustCompile(expression + "$")
}

// FuzzGlob: a pattern that is valid matches what a regular expression matches, and in
// no time.
func FuzzGlob(f *testing.F) {
	for _, pattern := range []string{"web", "*", "web-*", "*a*a*", "**", "a/**/b/**/c", "**/*a*/**", "**/**/a", "a//b", "?", "a**"} {
		for _, name := range []string{"", "web", "web-1", "aaa", "a/b/c", "a/x/b/c/b/c", "/", "a//b", "é/\xff\n"} {
			f.Add(pattern, name)
		}
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		glob, err := ParseGlob(pattern)
		if err != nil || !utf8.ValidString(pattern) || len(pattern) > 1000 {
			return
		}
		if got, want := glob.Match(name), reference(pattern).MatchString("/"+name); got != want {
			t.Errorf("%q matches %q: %t, want %t", pattern, name, got, want)
		} else if got && !strings.HasPrefix(name, glob.beginning()) {
			t.Errorf("%q matches %q, which does not begin with %q", pattern, name, glob.beginning())
		}
	})
}

// TestGlobTakesNoTime: whatever the pattern and the name, matching takes a time in
// proportion to their lengths multiplied. If it tried all ways, no machine could wait
// for it.
func TestGlobTakesNoTime(t *testing.T) {
	const n = longestPattern / 8
	for _, c := range []struct{ pattern, name string }{
		{strings.Repeat("**/a/", n) + "b", strings.Repeat("a/", 500) + "a"},
		{strings.Repeat("**/", n) + "b", strings.Repeat("/", 500)},
		{strings.Repeat("**/*a*/", n) + "b", strings.Repeat("aaa/", 500)},
		{strings.Repeat("*a", 3*n) + "b", strings.Repeat("a", 500)},
		{strings.Repeat("*a", 3*n), strings.Repeat("a", 500) + "b"},
	} {
		start := time.Now()
		if globs(c.pattern)[0].Match(c.name) {
			t.Errorf("%.20q… matches %.20q…", c.pattern, c.name)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%.20q… takes %s for %.20q…", c.pattern, took, c.name)
		}
	}
}
