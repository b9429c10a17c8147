package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// mutant is one small fault, put into a file on purpose.
type mutant struct {
	// file is the file's path, from the checkout's root, and pkg its package.
	file, pkg string
	// line is the source line in which the fault begins, and change what it
	// changes there; together they name the mutant for as long as the line stands.
	// If a file has the same twice, change says which.
	line, change string
	// begin and end are the offsets between which text takes the place of the source.
	begin, end int
	text       string
	// in is the body of the function around the fault, zero outside of functions, and
	// number is the mutant's there. See switched.go.
	in     body
	number int
	// invalid is true once the compiler has said that it does not compile.
	invalid bool
}

func (m mutant) String() string { return m.file + ": " + m.line + ": " + m.change }

// apply returns the source with the fault in it.
func (m mutant) apply(source []byte) []byte {
	return []byte(string(source[:m.begin]) + m.text + string(source[m.end:]))
}

// mutantsOf returns every mutant of a file. Some do not compile; they show
// nothing, and are left out when that is seen.
func mutantsOf(file string, source []byte) ([]mutant, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	w := &walk{file: file, source: source, set: set}
	ast.Inspect(tree, w.visit)
	seen := map[string]int{}
	for i := range w.found {
		m := &w.found[i]
		m.pkg = tree.Name.Name
		seen[m.String()]++
		if n := seen[m.String()]; n > 1 {
			m.change += fmt.Sprintf(" (%d)", n)
		}
	}
	return w.found, nil
}

// walk collects the mutants of a file.
type walk struct {
	file    string
	source  []byte
	set     *token.FileSet
	path    []ast.Node // from the file down to where the walk is
	results []string   // the types of the functions' results around it; empty for none or several
	found   []mutant
}

// swaps are the operators that take each other's place.
var swaps = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
	token.AND: token.OR, token.OR: token.AND, token.AND_NOT: token.AND, token.XOR: token.OR,
	token.SHL: token.SHR, token.SHR: token.SHL,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.OR_ASSIGN: token.AND_ASSIGN, token.AND_ASSIGN: token.OR_ASSIGN, token.AND_NOT_ASSIGN: token.OR_ASSIGN,
	token.INC: token.DEC, token.DEC: token.INC,
}

func (w *walk) visit(node ast.Node) bool {
	if node == nil {
		if of, _ := function(w.path[len(w.path)-1]); of != nil {
			w.results = w.results[:len(w.results)-1]
		}
		w.path = w.path[:len(w.path)-1]
		return true
	}
	if _, imports := node.(*ast.ImportSpec); imports {
		return false
	}
	w.mutate(node)
	w.path = append(w.path, node)
	if of, _ := function(node); of != nil {
		w.results = append(w.results, w.resultType(of.Results))
	}
	return true
}

// mutate adds what can be wrong with one node.
func (w *walk) mutate(node ast.Node) {
	switch n := node.(type) {
	case *ast.BinaryExpr:
		w.swap(n.OpPos, n.Op)
	case *ast.AssignStmt:
		w.swap(n.TokPos, n.Tok)
		if n.Tok != token.DEFINE {
			w.drop(n)
		}
	case *ast.IncDecStmt:
		w.swap(n.TokPos, n.Tok)
		w.drop(n)
	case *ast.ExprStmt, *ast.BranchStmt, *ast.DeferStmt:
		w.drop(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			w.replace(n.OpPos, n.OpPos+1, "", "drop !")
		}
	case *ast.IfStmt:
		w.negate(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			w.negate(n.Cond)
		}
	case *ast.CaseClause:
		w.clause(n)
	case *ast.ReturnStmt:
		w.nothing(n)
	case *ast.Ident:
		w.truth(n)
	case *ast.BasicLit:
		w.literal(n)
	}
}

func (w *walk) swap(at token.Pos, operator token.Token) {
	if other, ok := swaps[operator]; ok {
		w.replace(at, at+token.Pos(len(operator.String())), other.String(), operator.String()+" -> "+other.String())
	}
}

func (w *walk) negate(condition ast.Expr) {
	if comparison, ok := condition.(*ast.BinaryExpr); ok && (comparison.Op == token.EQL || comparison.Op == token.NEQ) {
		return // swapping the operator is the same
	}
	w.replace(condition.Pos(), condition.End(), "!("+w.text(condition)+")", "not "+w.text(condition))
}

// clause drops a case of a switch, and each of several values.
func (w *walk) clause(n *ast.CaseClause) {
	if body := n.Body; len(body) > 0 && n.List != nil {
		w.never(body[0], body[len(body)-1], "drop the case's body")
	}
	if len(n.List) < 2 {
		return
	}
	for i, value := range n.List {
		begin, end := value.Pos(), value.End()
		if i > 0 {
			begin = n.List[i-1].End()
		} else {
			end = n.List[1].Pos()
		}
		w.replace(begin, end, "", "drop "+w.text(value))
	}
}

// nothing has a function return its result type's zero value.
func (w *walk) nothing(n *ast.ReturnStmt) {
	if len(n.Results) != 1 || len(w.results) == 0 || w.results[len(w.results)-1] == "" {
		return
	}
	switch w.text(n.Results[0]) {
	case "nil", "false", "true", `""`, "0", "passed":
		return // nothing already, as passed is, or a mutant of its own
	}
	w.replace(n.Pos(), n.End(), "if true { return *new("+w.results[len(w.results)-1]+") }; "+w.text(n), "return nothing")
}

func (w *walk) truth(n *ast.Ident) {
	switch n.Name {
	case "true":
		w.replace(n.Pos(), n.End(), "false", "true -> false")
	case "false":
		w.replace(n.Pos(), n.End(), "true", "false -> true")
	}
}

func (w *walk) literal(n *ast.BasicLit) {
	switch n.Kind {
	case token.INT:
		if number, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			other := strconv.FormatInt(number+1, 10)
			w.replace(n.Pos(), n.End(), other, n.Value+" -> "+other)
		}
	case token.STRING:
		if text, err := strconv.Unquote(n.Value); err == nil {
			w.replace(n.Pos(), n.End(), strconv.Quote(text+"~"), "another text than "+n.Value)
		}
	}
}

// drop leaves a statement out, where it stands in a block: elsewhere it is part of another.
func (w *walk) drop(statement ast.Node) {
	switch parent := w.path[len(w.path)-1].(type) {
	case *ast.BlockStmt:
	case *ast.CaseClause:
		if len(parent.Body) == 1 {
			return // the same as dropping the case's body
		}
	default:
		return
	}
	w.never(statement, statement, "drop "+w.text(statement))
}

// never leaves statements out, and lets them use their variables, or it would not compile.
func (w *walk) never(first, last ast.Node, change string) {
	w.replace(first.Pos(), last.End(), "if false { "+w.between(first.Pos(), last.End())+" }", change)
}

func (w *walk) replace(begin, end token.Pos, text, change string) {
	from, to := w.offset(begin), w.offset(end)
	first := strings.LastIndexByte(string(w.source[:from]), '\n') + 1
	line, _, _ := strings.Cut(string(w.source[first:]), "\n")
	w.found = append(w.found, mutant{
		file: w.file, line: strings.TrimSpace(line), change: strings.Join(strings.Fields(change), " "),
		begin: from, end: to, text: text, in: w.body(begin, end),
	})
}

func (w *walk) text(node ast.Node) string { return w.between(node.Pos(), node.End()) }

func (w *walk) between(begin, end token.Pos) string {
	return string(w.source[w.offset(begin):w.offset(end)])
}

func (w *walk) offset(at token.Pos) int { return w.set.Position(at).Offset }

// function returns the type and the body of a function; nil for what is none.
func function(node ast.Node) (*ast.FuncType, *ast.BlockStmt) {
	switch n := node.(type) {
	case *ast.FuncDecl:
		return n.Type, n.Body
	case *ast.FuncLit:
		return n.Type, n.Body
	}
	return nil, nil
}

// resultType returns the type of a function's one result as it is written.
func (w *walk) resultType(results *ast.FieldList) string {
	if results == nil || len(results.List) != 1 || len(results.List[0].Names) > 1 {
		return ""
	}
	return w.text(results.List[0].Type)
}
