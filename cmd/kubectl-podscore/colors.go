package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// colors reports whether a stream is a terminal that shows colors, and the user wants them.
// https://no-color.org
func colors(out io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && isTerminal(out)
}

// isTerminal reports whether a stream is a terminal whose lines can be written over.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}
