package configuration

import (
	"fmt"
	"slices"
	"strings"
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

// TestNobodyHoldsTooMuch: files that become bad one after the other, and keep what they
// said, hold no more than there may be over all files together, and nothing of others ends.
func TestNobodyHoldsTooMuch(t *testing.T) {
	f, teams := newFolder(t), newFolder(t)
	f.write("a.yaml", ours+"exemptions: [{name: admins, reason: z, everywhere: true, checks: [all]}]\n")
	l, err := Load(now, Options{Exemptions: []string{teams.path}}, f.path)
	if err != nil {
		t.Fatal(err)
	}
	const each = mostExemptions / 5
	for i := range 6 {
		var names []string
		for n := range each {
			names = append(names, fmt.Sprintf("f%d-%d", i, n))
		}
		file := fmt.Sprintf("%d.yaml", i)
		teams.write(file, named(names...))
		l.Poll(now)
		teams.write(file, garbage)
		l.Poll(now)
		if got, want := len(l.Set().Exemptions()), 1+each*min(i+1, 4); got != want || l.Set().Exemptions()[0].Name != "admins" {
			t.Errorf("after %d files %d exemptions are in force, of which the first is %s, want %d", i+1, got, l.Set().Exemptions()[0].Name, want)
		}
	}
}

// TestManyFilesTakeNoPlace: whoever divides what is too much into many files has as much
// place as with one. A file that has nothing is never the one that has too much.
func TestManyFilesTakeNoPlace(t *testing.T) {
	const most = 100
	for name, c := range map[string]struct {
		files []string // directory, whose, and exemptions
		want  string   // those that are bad
	}{
		"one of many files":      {[]string{"a/1 team 50", "b/1 team 40", "b/2 team 40"}, "b/2"},
		"as many of them":        {[]string{"a/1 team 40", "b/1 team 40", "b/2 team 60", "b/3 team 40"}, "b/2 b/3"},
		"in the same directory":  {[]string{"a/1 team 50", "a/2 team 40", "a/3 team 40"}, "a/1"},
		"teams before others":    {[]string{"a/1 admin 90", "b/1 team 10", "b/2 team 1"}, "b/1"},
		"a team without any":     {[]string{"a/1 admin 101", "b/1 team 0", "b/2 team 0"}, "a/1"},
		"only as much as needed": {[]string{"a/1 team 60", "b/1 team 20", "b/2 team 20", "b/3 team 30"}, "b/3"},
	} {
		t.Run(name, func(t *testing.T) {
			var contents []content
			for _, file := range c.files {
				var path, whose string
				var n int
				if _, err := fmt.Sscan(file, &path, &whose, &n); err != nil {
					t.Fatal(err)
				}
				contents = append(contents, content{source: source{path, whose == "team"}, exemptions: make([]spot[entry], n)})
			}
			boundOf(contents, nil, "exemptions", most, func(*entry) int { return 1 })
			var bad []string
			for _, c := range contents {
				if len(c.errors) > 0 {
					bad = append(bad, c.path)
				}
			}
			if got := strings.Join(bad, " "); got != c.want {
				t.Errorf("bad are %q, want %q", got, c.want)
			}
		})
	}
}
