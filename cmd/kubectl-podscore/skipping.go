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

// finished counts a pod of which nothing runs any more.
func (s *scan) finished(o *manifests.Object) {
	if o.Source.File != "" {
		s.skip(o.Source, "finished Pod")
		return
	}
	s.summary.Skipped++
	if s.verbose {
		fmt.Fprintf(s.ErrOut, "Skipped: pod %s/%s has finished\n", reports.Plain(o.Namespace), reports.Plain(o.Name))
	}
}

// tell says on standard error what was skipped, and what the report comes to.
func (s *scan) tell() {
	switch {
	case s.summary.Skipped > 0 && len(s.files) == 0:
		fmt.Fprintf(s.ErrOut, "Skipped %d finished pods.\n", s.summary.Skipped)
	case s.summary.Skipped > 0:
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
	if s.summary.Pods > 0 || len(s.files) > 0 {
		fmt.Fprintln(s.ErrOut, s.summary)
	} else if s.summary.Errors == 0 {
		fmt.Fprintln(s.ErrOut, "No pods were found: -n names a namespace, and -A asks for all.")
	}
	if s.summary.Lowest() < s.minScore {
		fmt.Fprintf(s.ErrOut, "The lowest score is %d, below --min-score %d.\n", s.summary.Lowest(), s.minScore)
	}
}
