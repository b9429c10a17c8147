package configuration

import (
	"cmp"
	"fmt"
	"path/filepath"
)

// How much all files may say together, so that podscore can judge by it in time.
const (
	// longestList is how many entries a list of an exemption has at most.
	longestList = 1000
	// mostExemptions is how many exemptions there are over all files. Each has series.
	mostExemptions = 20_000
	// mostPatterns is how many namespaces, workloads and containers they name.
	mostPatterns = 100_000
)

// bound adds an error to the contents of files that say too much together: to those that say
// the most, so that no file takes the place of smaller ones, and to those of teams first.
// What a bad file said before counts as long as it holds: else one file after the other could
// say as much as there may be, and then become bad.
func bound(contents []content, good map[string]content) {
	boundOf(contents, good, "exemptions", mostExemptions, func(*entry) int { return 1 })
	boundOf(contents, good, "entries of namespaces, workloads and containers", mostPatterns, func(e *entry) int {
		return len(e.namespaces) + len(e.workloads) + len(e.containers)
	})
}

func boundOf(contents []content, good map[string]content, what string, most int, count func(*entry) int) {
	all, of := 0, make([]int, len(contents))
	for i, c := range contents {
		of[i] = c.holds(good).count(count)
		all += of[i]
	}
	for left := all; left > most; {
		i := largest(contents, of)
		c, holds := &contents[i], contents[i].holds(good)
		place, message := holds.exemptions[0].at, fmt.Sprintf(
			"exemptions: the file has %d %s, and all files together %d, but at most %d are read: write patterns, or selectors of namespaces, that cover several",
			of[i], what, all, most)
		if len(c.errors) > 0 { // what it said before is too much too
			place, message = Place{Path: c.path}, beforeWords+message
			holds.exemptions = nil
			good[c.path] = holds
		}
		c.errors = append(c.errors, Error{place, message})
		left -= of[i]
		of[i] = c.holds(good).count(count)
		left += of[i]
	}
}

// holds returns what holds of a file: what it says if that is good, else what it said before.
func (c content) holds(good map[string]content) content {
	if len(c.errors) > 0 {
		c, _ = c.last(good)
	}
	return c
}

func (c content) count(count func(*entry) int) (n int) {
	for i := range c.exemptions {
		n += count(&c.exemptions[i].value)
	}
	return n
}

// largest returns the index of the file that has the most, in the directory that has the
// most: a team's ConfigMap is a directory, and gains nothing by many files. Those of teams
// come first, and of two that are equal the later path.
func largest(contents []content, of []int) (largest int) {
	in := map[source]int{}
	for i, c := range contents {
		in[c.directory()] += of[i]
	}
	for i, c := range contents {
		if of[i] == 0 {
			continue
		}
		if than := contents[largest]; of[largest] == 0 || cmp.Or(
			c.compareOwner(than.source),
			cmp.Compare(in[c.directory()], in[than.directory()]),
			cmp.Compare(c.directory().path, than.directory().path),
			cmp.Compare(of[i], of[largest]),
			1,
		) > 0 {
			largest = i
		}
	}
	return largest
}

// directory returns the directory that a file is in.
func (s source) directory() source { return source{filepath.Dir(s.path), s.team} }
