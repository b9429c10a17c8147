package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
)

// To build a test program takes longer than to run it. So all mutants in the bodies of
// functions stand in one program, each in a copy of the body that is asleep until it is
// switched on by its number:
//
//	func small(n int) bool {
//		if mutant == "1" { return n <= 7 … }
//		if mutant == "2" { return n < 8 … }
//		return n < 7
//	}
//
// The others, such as another text in a constant, have a program each.

// variable is the environment variable that switches a mutant on.
const variable = "PODSCORE_MUTANT"

// switches is the file that is added to a package for that.
const switches = `package %s

import "os"

var mutant = os.Getenv("` + variable + `")
`

// body is where the body of a function is in a source, without its braces; zero for none.
type body struct {
	begin, end int
	returns    bool // something
}

// body returns the body of the outermost function around a piece of source.
func (w *walk) body(begin, end token.Pos) body {
	for _, node := range w.path {
		of, block := function(node)
		if block != nil && block.Lbrace < begin && end <= block.Rbrace && !labelled(block) {
			return body{w.offset(block.Lbrace) + 1, w.offset(block.Rbrace), of.Results != nil}
		}
	}
	return body{}
}

// labelled reports whether a body has a label, which its copies cannot have too.
func labelled(block *ast.BlockStmt) (has bool) {
	ast.Inspect(block, func(n ast.Node) bool {
		_, label := n.(*ast.LabeledStmt)
		has = has || label
		return !has
	})
	return has
}

// asleep reports whether a mutant can stand beside others.
func (m *mutant) asleep() bool { return m.in != body{} }

// programs is how many programs a mutant needs for itself.
func (m *mutant) programs() int {
	if m.asleep() {
		return 0
	}
	return 1
}

// withAsleep returns the source of a file with those mutants of it that can be asleep, in the
// order in which they were found. For the compiler each is a file of its own.
func withAsleep(file string, source []byte, mutants []*mutant) []byte {
	var text bytes.Buffer
	at := 0
	for _, m := range mutants {
		if m.file != file || !m.asleep() || m.invalid {
			continue
		}
		ends := "return"
		if m.in.returns {
			ends = `panic("nothing was returned")`
		}
		text.Write(source[at:m.in.begin])
		at = m.in.begin
		fmt.Fprintf(&text, "\nif mutant == \"%d\" { /*line mutant%[1]d:1*/%s%s%s\n%s }\n", m.number, source[at:m.begin], m.text, source[m.end:m.in.end], ends)
		fmt.Fprintf(&text, "/*line %s:%d*/", file, 1+bytes.Count(source[:at], []byte("\n")))
	}
	text.Write(source[at:])
	return text.Bytes()
}

var inMutant = regexp.MustCompile(`\bmutant(\d+):`)

// markInvalid marks the mutants in which the compiler finds something wrong.
func markInvalid(mutants []*mutant, output string) (some bool) {
	wrong := map[string]bool{}
	for _, found := range inMutant.FindAllStringSubmatch(output, -1) {
		wrong[found[1]] = true
	}
	for _, m := range mutants {
		if wrong[strconv.Itoa(m.number)] {
			m.invalid, some = true, true
		}
	}
	return some
}
