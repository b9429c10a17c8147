//go:build unix

package main

import (
	"slices"
	"strings"
	"testing"
)

// TestCompletion: what kubectl offers of the arguments of kubectl podscore, and the number
// that says to the shell what to do with it.
func TestCompletion(t *testing.T) {
	path := newPath(t)
	for _, c := range []struct {
		line string
		want []string // that each is among what is offered
	}{
		{"checks run-as-non", []string{"run-as-non-root", ":4"}},
		{"checks run-as-non-root ''", []string{":4"}},
		{"scan -o j", []string{"json", "jsonpath", "junit", ":4"}},
		{"diff -o ''", []string{"markdown", ":4"}},
		{"scan --preset ''", []string{"cis", "restricted", "all", ":4"}},
		{"scan --fail-on ''", []string{"required", "none", ":4"}},
		{"scan -f ''", []string{"yaml", "yml", "json", ":8"}},
		{"scan --config ''", []string{"yaml", ":8"}},
		{"diff ''", []string{"yaml", ":8"}},
		{"scan --min-s", []string{"--min-score", ":4"}},
		{"s", []string{"scan", ":4"}},
	} {
		_, out, errOut := shell(t, path, "kubectl __complete podscore "+c.line)
		var offered []string
		for line := range strings.Lines(out) {
			value, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
			offered = append(offered, value)
		}
		for _, want := range c.want {
			if !slices.Contains(offered, want) {
				t.Errorf("%s: kubectl offers %q, and not %q\n%s", c.line, offered, want, errOut)
			}
		}
	}
}

// TestCompletionsAreOfFlags: none is for a flag that is no more.
func TestCompletionsAreOfFlags(t *testing.T) {
	used := map[string]bool{}
	for _, command := range commands() {
		for _, f := range flagsOf(command) {
			used["--"+f.Name], used[command.Name()+" --"+f.Name] = true, true
		}
	}
	for name := range completions {
		if !used[name] {
			t.Errorf("completions has %q, and no command does", name)
		}
	}
}
