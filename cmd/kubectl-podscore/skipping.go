package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/reports"
)

// skip counts an object that has no pods.
func (s *scan) skip(at manifests.Source, kind string) {
	kind = reports.Plain(cmp.Or(kind, "no kind"))
	s.skipped[kind]++
	s.summary.Skipped++
	if s.verbose {
		fmt.Fprintf(s.ErrOut, "Skipped: %s:%d: %s\n", reports.Plain(at.File), at.Line, kind)
	}
}

// tell says on standard error what was skipped, and what the report comes to.
func (s *scan) tell() {
	if s.summary.Skipped > 0 {
		kinds := slices.SortedFunc(maps.Keys(s.skipped), func(a, b string) int {
			return cmp.Or(cmp.Compare(s.skipped[b], s.skipped[a]), cmp.Compare(a, b))
		})
		var counted []string
		for _, kind := range kinds[:min(len(kinds), 5)] {
			counted = append(counted, fmt.Sprintf("%s %d", kind, s.skipped[kind]))
		}
		if len(kinds) > len(counted) {
			counted = append(counted, "others")
		}
		fmt.Fprintf(s.ErrOut, "Skipped %d without pods: %s.\n", s.summary.Skipped, strings.Join(counted, ", "))
	}
	fmt.Fprintln(s.ErrOut, s.summary)
	if s.summary.Lowest() < s.minScore {
		fmt.Fprintf(s.ErrOut, "The lowest score is %d, below --min-score %d.\n", s.summary.Lowest(), s.minScore)
	}
}
