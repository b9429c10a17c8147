package configuration

import (
	"fmt"
	"slices"
	"testing"

	"github.com/podscore/podscore/policy"
)

// TestTooMuch: of files that say too much together, those that say the most are bad.
func TestTooMuch(t *testing.T) {
	const third = mostExemptions / 3
	for _, c := range []struct {
		name     string
		files    []int // exemptions of each; those after the first are a team's if team is true
		team     bool
		patterns int // of each exemption
		want     []string
	}{
		{"as many as there may be", []int{third, third, mostExemptions - 2*third}, false, 1, []string{"", "", ""}},
		{"one more", []int{third, third, mostExemptions - 2*third + 1}, false, 1, []string{
			"", "",
			"f2:4:3: exemptions: the file has 6669 exemptions, and all files together 20001, but at most 20000 are read: write patterns, or selectors of namespaces, that cover several",
		}},
		{"of several that are large the last", []int{third, 1, third, third, third}, false, 1, []string{
			"", "", "", "",
			"f4:4:3: exemptions: the file has 6666 exemptions, and all files together 26665, but at most 20000 are read: write patterns, or selectors of namespaces, that cover several",
		}},
		{"of teams before others", []int{2 * third, third, third}, true, 1, []string{
			"", "",
			"f2:4:3: exemptions: the file has 6666 exemptions, and all files together 26664, but at most 20000 are read: write patterns, or selectors of namespaces, that cover several",
		}},
		{"as many patterns as there may be", []int{50, 50}, false, 1000, []string{"", ""}},
		{"more", []int{51, 50}, false, 1000, []string{
			"f0:4:3: exemptions: the file has 51000 entries of namespaces, workloads and containers, and all files together 101000, but at most 100000 are read: write patterns, or selectors of namespaces, that cover several", "",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var contents []content
			for i, n := range c.files {
				path := fmt.Sprint("f", i)
				one := spot[entry]{entry{namespaces: make([]policy.Glob, c.patterns)}, Place{path, 4, 3}}
				contents = append(contents, content{source: source{path, c.team && i > 0}, exemptions: slices.Repeat([]spot[entry]{one}, n)})
			}
			check(contents, nil, rules{}, now)
			for i, want := range c.want {
				if got := contents[i].errors.Error(); got != want {
					t.Errorf("the errors of the file %d are\n%s\nwant\n%s", i, got, want)
				}
			}
		})
	}
}
