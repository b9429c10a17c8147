package configuration

import (
	"cmp"
	"fmt"
	"slices"
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
func bound(contents []content) {
	boundOf(contents, "exemptions", mostExemptions, func(*entry) int { return 1 })
	boundOf(contents, "entries of namespaces, workloads and containers", mostPatterns, func(e *entry) int {
		return len(e.namespaces) + len(e.workloads) + len(e.containers)
	})
}

func boundOf(contents []content, what string, most int, count func(*entry) int) {
	all, of := 0, make([]int, len(contents))
	largest := make([]int, len(contents)) // indices, of two that are equal the later path first
	for i, c := range contents {
		for e := range c.exemptions {
			of[i] += count(&c.exemptions[e].value)
		}
		all += of[i]
		largest[len(contents)-1-i] = i
	}
	slices.SortStableFunc(largest, func(a, b int) int {
		return cmp.Or(contents[b].compareOwner(contents[a].source), cmp.Compare(of[b], of[a]))
	})
	left := all
	for _, i := range largest {
		if left <= most {
			return
		}
		left -= of[i]
		contents[i].errors = append(contents[i].errors, Error{contents[i].exemptions[0].at, fmt.Sprintf(
			"exemptions: the file has %d %s, and all files together %d, but at most %d are read: write patterns, or selectors of namespaces, that cover several",
			of[i], what, all, most)})
	}
}
