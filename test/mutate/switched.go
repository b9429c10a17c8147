package main

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// To build a test program takes longer than to run it. Most mutants can stand in
// one program beside each other, asleep until one is switched on by its name:
//
//	if c == nil { … }   becomes   if ((c == nil) != mutantIs("…")) { … }
//
// The others, such as another text in a constant, have a program each.

// variable is the environment variable that switches a mutant on.
const variable = "PODSCORE_MUTANT"

// switches is the file that is added to a package for that.
const switches = `package %s

import "os"

var mutant = os.Getenv("` + variable + `")

func mutantIs(name string) bool { return mutant == name }

// mutantLogic is x && y while switched is false, and x || y while it is true; for
// an expression that was x || y it is given the opposite.
func mutantLogic(x, switched bool, y func() bool) bool {
	if x != switched {
		return y()
	}
	return x
}
`

// edit is a piece of text that comes into a source, in place of some bytes or of none.
type edit struct {
	at, remove int
	text       string // with %s for the question whether the mutant is switched on
	// outer is how many bytes the node has that the text is for: of texts at one
	// place, those for larger nodes are further out. closes is set after a node.
	outer  int
	closes bool
	found  int // of texts for one node, those found first are further out
}

// asleep adds edits to the mutant that was found last. The places are positions,
// which become offsets here.
func (w *walk) asleep(edits []edit) {
	if w.constant() {
		return
	}
	base := w.base
	for i := range edits {
		edits[i].at -= base
	}
	w.found[len(w.found)-1].edits = edits
}

// constant tells whether the walk is in a declaration of constants.
func (w *walk) constant() bool {
	return slices.ContainsFunc(w.path, func(n ast.Node) bool {
		declaration, ok := n.(*ast.GenDecl)
		return ok && declaration.Tok == token.CONST
	})
}

func around(n ast.Node, opens, closes string) []edit {
	outer := int(n.End() - n.Pos())
	return []edit{{at: int(n.Pos()), text: opens, outer: outer}, {at: int(n.End()), text: closes, outer: outer, closes: true}}
}

func before(n ast.Node, text string) []edit {
	return []edit{{at: int(n.Pos()), text: text, outer: int(n.End() - n.Pos())}}
}

func instead(n ast.Node, text string) []edit {
	return []edit{{at: int(n.Pos()), remove: int(n.End() - n.Pos()), text: text}}
}

// otherwise has a condition be its opposite.
func otherwise(condition ast.Expr) []edit { return around(condition, "((", ") != %s)") }

// operation has an operator be the one that swaps has for it, where the operands
// are not needed twice for that.
func operation(n *ast.BinaryExpr) []edit {
	opposite := ""
	switch n.Op {
	case token.EQL, token.NEQ:
		return otherwise(n)
	case token.LOR:
		opposite = "!"
	case token.LAND:
	default:
		return nil
	}
	edits := around(n, "mutantLogic(", ") })")
	return append(edits, edit{at: int(n.OpPos), remove: len(n.Op.String()), text: ", " + opposite + "%s, func() bool { return ("})
}

// withAsleep returns a source with all mutants in it that can be asleep.
func withAsleep(source []byte, mutants []mutant) []byte {
	var edits []edit
	for _, m := range mutants {
		for _, e := range m.edits {
			e.text = strings.Replace(e.text, "%s", "mutantIs("+strconv.Quote(m.String())+")", 1)
			e.found = len(edits)
			edits = append(edits, e)
		}
	}
	slices.SortFunc(edits, func(a, b edit) int {
		if a.at != b.at || a.closes != b.closes {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(order(a), order(b)))
		}
		if a.closes {
			return cmp.Or(cmp.Compare(a.outer, b.outer), cmp.Compare(b.found, a.found))
		}
		return cmp.Or(cmp.Compare(b.outer, a.outer), cmp.Compare(a.found, b.found))
	})
	var text strings.Builder
	at := 0
	for _, e := range edits {
		text.Write(source[at:e.at])
		text.WriteString(e.text)
		at = e.at + e.remove
	}
	text.Write(source[at:])
	return []byte(text.String())
}

// order has what closes a node come before what opens the next.
func order(e edit) int {
	if e.closes {
		return 0
	}
	return 1
}
