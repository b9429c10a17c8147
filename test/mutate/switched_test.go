package main

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestWithAsleep: what is asleep stands around the source, one in the other, and
// what comes out is Go.
func TestWithAsleep(t *testing.T) {
	const source = `package a

func f(x *int, ok bool) bool {
	if !ok &&
		x != nil {
		return false
	}
	return g(x) || *x == 1
}
`
	mutants, err := mutantsOf("a.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	text := string(withAsleep([]byte(source), mutants))
	if _, err := parser.ParseFile(token.NewFileSet(), "a.go", text, 0); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for _, m := range mutants {
		if name := strings.Contains(text, m.change+`")`); name != (m.quick() == 1) {
			t.Errorf("%s: asleep in the text is %t, of its own program %t:\n%s", m.change, name, m.quick() == 0, text)
		}
	}
	for _, want := range []string{
		`if ((mutantLogic(((!ok) != mutantIs("a.go: if !ok &&: drop !")) , mutantIs("a.go: if !ok &&: && -> ||"), func() bool { return (`,
		`((x != nil) != mutantIs("a.go: x != nil {: != -> =="))) })) != mutantIs("a.go: if !ok &&: not !ok && x != nil"))`,
		`return mutantIs("a.go: return false: false -> true")`,
		`if mutantIs("a.go: return g(x) || *x == 1: return nothing") { return *new(bool) }; return mutantLogic(g(x) , !mutantIs(`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no\n%s\nin\n%s", want, text)
		}
	}
}
