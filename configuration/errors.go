package configuration

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Place is a place in a file.
type Place struct {
	Path string
	// Line and Column begin at 1; a column counts characters. Both are 0 for the file as
	// a whole.
	Line, Column int
}

// String returns the place as editors and compilers write it, such as "team.yaml:4:9".
func (p Place) String() string {
	if p.Line == 0 {
		return visible(p.Path)
	}
	return fmt.Sprintf("%s:%d:%d", visible(p.Path), p.Line, p.Column)
}

// Error is one mistake in a file.
type Error struct {
	Place
	// Message names the mistake and the way out.
	Message string
}

// Error returns the place, if there is one, and the message, in one line, whatever stands in
// the file.
func (e Error) Error() string {
	if e.Path == "" {
		return visible(e.Message)
	}
	return e.String() + ": " + visible(e.Message)
}

// Errors are all the mistakes that were found, in the order of their places.
type Errors []Error

// Error returns the errors, a line each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i := range e {
		lines[i] = e[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Files returns the paths of the bad files, each once, in order.
func (e Errors) Files() []string {
	var paths []string
	for i := range e {
		paths = append(paths, e[i].Path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

func (e Errors) sort() {
	slices.SortStableFunc(e, func(a, b Error) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
