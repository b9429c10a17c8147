package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// survivor is a mutant that no test can find, with the reason.
type survivor struct {
	File   string `json:"file"`
	Line   string `json:"line"`
	Change string `json:"change"`
	Why    string `json:"why"`
}

// readSurvivors returns the reasons of those of the list that are in files, by
// the mutant's name.
func readSurvivors(path string, files []string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var list []survivor
	if err := yaml.UnmarshalStrict(text, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	why := map[string]string{}
	for _, s := range list {
		name := mutant{file: s.File, line: s.Line, change: s.Change}.String()
		switch _, twice := why[name]; {
		case twice:
			return nil, fmt.Errorf("%s: listed twice: %s", path, name)
		case strings.TrimSpace(s.Why) == "":
			return nil, fmt.Errorf("%s: no reason why no test finds %s", path, name)
		case slices.Contains(files, s.File):
			why[name] = s.Why
		}
	}
	return why, nil
}

// report collects what was seen, and holds it to the list.
type report struct {
	total int
	known map[string]string
	out   io.Writer

	done, killed, invalid int
	listed                map[string]bool
	wrong                 []error
}

// through takes in what became of a mutant.
func (r *report) through(m mutant, result outcome) {
	if r.listed == nil {
		r.listed = map[string]bool{}
	}
	r.done++
	_, known := r.known[m.String()]
	switch result {
	case invalid:
		r.invalid++
	case killed:
		r.killed++
		if known {
			r.listed[m.String()] = true
			r.fail("a test finds this one, take it off the list: " + m.String())
		}
	case survived:
		r.listed[m.String()] = known
		if !known {
			r.fail("no test finds this one: " + m.String())
		}
	}
	if r.done%20 == 0 || r.done == r.total {
		fmt.Fprintf(r.out, "%d of %d mutants: %d found, %d do not compile, %d listed, %d wrong\n",
			r.done, r.total, r.killed, r.invalid, len(r.listed)-len(r.wrong), len(r.wrong))
	}
}

func (r *report) fail(what string) {
	fmt.Fprintln(r.out, what)
	r.wrong = append(r.wrong, errors.New(what))
}

// end returns all that was wrong.
func (r *report) end() error {
	for name := range r.known {
		if !r.listed[name] {
			r.fail("there is no such mutant, take it off the list: " + name)
		}
	}
	return errors.Join(r.wrong...)
}
