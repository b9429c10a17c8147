package configuration

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
)

// TestUnseen: what stands in a reason or a link is what a reader sees of it.
func TestUnseen(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{one("reason: 'Größe: 日本語, 👩\u200d🔬, می\u200cخواهم'"), ""},
		{one(`reason: "two\nlines\tand a tab"`), ""},
		{one("reason: " + strings.Repeat("ü", longestText)), ""},
		{one("reason: " + strings.Repeat("ü", longestText+1)), "f:4:11: reason: it has 2001 characters, and at most 2000 are read: say the rest in the ticket, behind link"},
		{one(`reason: "fixed\e[2K\e[1A"`), "f:4:11: reason: U+001B is not seen by who reads it, or changes what is: take it out"},
		{one(`reason: "a\rb"`), "f:4:11: reason: U+000D is not seen by who reads it, or changes what is: take it out"},
		{one("reason: a\u202eb"), "f:4:11: reason: U+202E is not seen by who reads it, or changes what is: take it out"},
		{one("reason: a\u200bb"), "f:4:11: reason: U+200B is not seen by who reads it, or changes what is: take it out"},
		{one("reason: a\U000e0041b"), "f:4:11: reason: U+E0041 is not seen by who reads it, or changes what is: take it out"},
		{one(`reason: "a\Lb"`), "f:4:11: reason: U+2028 is not seen by who reads it, or changes what is: take it out"},

		{one("link: https://[2001:db8::1]:8443/a?b=c#d"), ""},
		{one("link: https://:443/a"), `f:4:9: link: "https://:443/a" is no https URL: write one such as https://tickets.example.com/MESH-214`},
		{one("link: https://a.example@b.example/"), `f:4:9: link: "https://a.example@b.example/" has a user before the host, which hides where it leads: leave out what is before @`},
		{one("link: https://a.example/\u202e"), `f:4:9: link: "https://a.example/\u202e" has characters that no URL has: write them with %`},
		{one("link: https://a.example/b c"), `f:4:9: link: "https://a.example/b c" has characters that no URL has: write them with %`},
		{one("link: https://a.example/" + strings.Repeat("a", longestText)), "f:4:9: link: it has 2018 characters, and at most 2000 are read: say the rest in the ticket, behind link"},

		{one(`checks: !!int "\e[2J"`), `f:4:11: checks is the number \x1b[2J: write a list of checks, such as [run-as-non-root], or [all]`},
		{one("checks: !%1b%5b2J x"), `f:4:11: checks is of the type !\x1b[2J: write a list of checks, such as [run-as-non-root], or [all]`},
	} {
		t.Run(short(strings.TrimPrefix(c.text, teams)), func(t *testing.T) { compareErrors(t, c.text, c.want) })
	}
}

// TestEachMistakeIsALine: no file's name and no text in it forges a line.
func TestEachMistakeIsALine(t *testing.T) {
	f := newFolder(t)
	f.write("a\n::error::b\x1b.yaml", named("x")+garbage)
	var said bytes.Buffer
	set, errs := Read(now, Options{}, f.path)
	Describe(&said, set, now, nil)
	for _, text := range []string{errs.Error(), strings.Join(strings.Fields(said.String()), " ")} {
		if strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("it says %q", text)
		}
	}
}
