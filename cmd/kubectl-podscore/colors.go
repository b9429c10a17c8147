package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// colors reports whether a stream is a terminal that shows colors, and the user wants them.
// https://no-color.org
func colors(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}
