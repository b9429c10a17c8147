package main

import (
	"slices"
	"strings"
	"testing"
)

// TestMutantsOf shows what is done to a file, fault by fault.
func TestMutantsOf(t *testing.T) {
	const source = `package rules

import "slices"

const limit = 7

func allowed(name string, n int) bool {
	if !slices.Contains(names, name) {
		return false
	}
	total += n
	log(name)
	switch name {
	case "A", "B":
		return n < limit && n != 3
	}
	return check(n)
}
`
	mutants, err := mutantsOf("rules.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mutants {
		got = append(got, m.line+" | "+m.change+" | "+changed(source, string(m.apply([]byte(source)))))
	}
	want := []string{
		`const limit = 7 | 7 -> 8 | const limit = 8`,
		`if !slices.Contains(names, name) { | not !slices.Contains(names, name) | if !(!slices.Contains(names, name)) {`,
		`if !slices.Contains(names, name) { | drop ! | if slices.Contains(names, name) {`,
		`return false | false -> true | return true`,
		`total += n | += -> -= | total -= n`,
		`total += n | drop total += n | if false { total += n }`,
		`log(name) | drop log(name) | if false { log(name) }`,
		`return n < limit && n != 3 | drop the case's body | if false { return n < limit && n != 3 }`,
		`case "A", "B": | drop "A" | case "B":`,
		`case "A", "B": | drop "B" | case "A":`,
		`case "A", "B": | another text than "A" | case "A~", "B":`,
		`case "A", "B": | another text than "B" | case "A", "B~":`,
		`return n < limit && n != 3 | return nothing | if true { return *new(bool) }; return n < limit && n != 3`,
		`return n < limit && n != 3 | && -> || | return n < limit || n != 3`,
		`return n < limit && n != 3 | < -> <= | return n <= limit && n != 3`,
		`return n < limit && n != 3 | != -> == | return n < limit && n == 3`,
		`return n < limit && n != 3 | 3 -> 4 | return n < limit && n != 4`,
		`return check(n) | return nothing | if true { return *new(bool) }; return check(n)`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// changed returns the first line that differs, as it is now.
func changed(before, after string) string {
	lines := strings.Split(before, "\n")
	for i, line := range strings.Split(after, "\n") {
		if i >= len(lines) || line != lines[i] {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// TestNamesTellMutantsApart: the same change twice in equal lines has two names,
// or one of them could not be listed.
func TestNamesTellMutantsApart(t *testing.T) {
	mutants, err := mutantsOf("a.go", []byte("package a\n\nvar a = []int{1, 1}\n\nvar b = []int{1, 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range mutants {
		if seen[m.String()] {
			t.Errorf("twice: %s", m)
		}
		seen[m.String()] = true
	}
	if len(mutants) != 4 {
		t.Errorf("%d mutants, want 4", len(mutants))
	}
}
