package main

import (
	"fmt"
	"io"
	"time"
)

// progress returns what tells on a terminal how far a list was read; nil where there is no
// terminal. A list that is read at once is not told.
func progress(out io.Writer) func(resource string, read, left int) {
	if !isTerminal(out) {
		return nil
	}
	return progressTo(out, time.Now)
}

// Lists that take less than quiet are not told, and others no more often than every.
const (
	quiet = time.Second
	every = 200 * time.Millisecond
)

func progressTo(out io.Writer, now func() time.Time) func(resource string, read, left int) {
	next, shown := now().Add(quiet), false
	return func(resource string, read, left int) {
		switch {
		case resource == "" && shown:
			fmt.Fprint(out, "\r\x1b[K") // the line is gone when something else is told
			shown = false
		case resource == "" || now().Before(next):
		case left > 0:
			fmt.Fprintf(out, "\r\x1b[K%d of about %d %s read", read, read+left, resource)
		default:
			fmt.Fprintf(out, "\r\x1b[K%d %s read", read, resource)
		}
		if resource != "" && !now().Before(next) {
			next, shown = now().Add(every), true
		}
	}
}
