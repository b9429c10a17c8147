// Package reports tells verdicts: to people, to programs, and to what shows findings in
// code. A format is a file with a type of two methods; [Formats] lists them.
package reports
