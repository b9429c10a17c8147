package main

import "testing"

// TestWithAsleep: every mutant in the body of a function is a copy of that body, and a file of
// its own for the compiler. The others are left out: those outside of bodies, of functions with
// a label, and those that are known not to compile.
func TestWithAsleep(t *testing.T) {
	const source = `package a

const most = 3

func small(n int) bool {
	return n < most
}

func count() {
	total++
}

var labelled = func() {
again:
	for {
		continue again
	}
}

func greet(name string) string { return "hello " + name }
`
	const want = `package a

const most = 3

func small(n int) bool {
if mutant == "2" { /*line mutant2:1*/
	if true { return *new(bool) }; return n < most

panic("nothing was returned") }
/*line a.go:5*/
if mutant == "3" { /*line mutant3:1*/
	return n <= most

panic("nothing was returned") }
/*line a.go:5*/
	return n < most
}

func count() {
if mutant == "4" { /*line mutant4:1*/
	total--

return }
/*line a.go:9*/
if mutant == "5" { /*line mutant5:1*/
	if false { total++ }

return }
/*line a.go:9*/
	total++
}

var labelled = func() {
again:
	for {
		continue again
	}
}

func greet(name string) string {
if mutant == "7" { /*line mutant7:1*/ if true { return *new(string) }; return "hello " + name 
panic("nothing was returned") }
/*line a.go:20*/
if mutant == "9" { /*line mutant9:1*/ return "hello ~" + name 
panic("nothing was returned") }
/*line a.go:20*/ return "hello " + name }
`
	mutants, err := mutantsOf("a.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	var all []*mutant
	for i := range mutants {
		mutants[i].number = i + 1
		all = append(all, &mutants[i])
	}
	if markInvalid(all, "./other.go:1:2: mutant8\n") {
		t.Error("a mutant is marked that the compiler does not tell of")
	}
	if !markInvalid(all, "# a\n./mutant8:1:2: - not defined on strings\n") {
		t.Error("no mutant is marked as one that does not compile")
	}
	if got := string(withAsleep("a.go", []byte(source), all)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
