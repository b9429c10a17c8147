package configuration

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// theConfiguration stands for the Configuration among the names that are unique over all
// files. No exemption can have it as its name.
const theConfiguration = "a Configuration"

// claims returns what of a file must be unique over all files, with the places.
func (c content) claims() map[string]Place {
	claims := map[string]Place{}
	if c.settings != nil {
		claims[theConfiguration] = Place{Path: c.path}
	}
	for _, e := range slices.Backward(c.exemptions) {
		claims[e.is.name.is] = e.is.name.at
	}
	delete(claims, "") // of an exemption without a name
	return claims
}

// check adds to the contents of files what is wrong with them beside others: exemptions
// that break the rules of the Configuration, and names that are given twice. Of two good
// files the later path is the bad one; a bad file never makes a good one bad.
func check(contents []content, r rules, now time.Time) {
	for i := range contents {
		for _, e := range contents[i].exemptions {
			contents[i].errors = append(contents[i].errors, r.broken(e, now)...)
		}
		contents[i].errors = append(contents[i].errors, contents[i].twice()...)
	}
	bound(contents)
	claimed, bad := map[string]Place{}, make([]bool, len(contents))
	for i := range contents {
		bad[i] = len(contents[i].errors) > 0
	}
	for _, turn := range []bool{false, true} {
		for i := range contents {
			if bad[i] != turn {
				continue
			}
			claims := contents[i].claims()
			clashes := clashes(claims, claimed)
			contents[i].errors = append(contents[i].errors, clashes...)
			if len(clashes) == 0 {
				maps.Copy(claimed, claims)
			}
		}
	}
	for i := range contents {
		contents[i].errors.sort()
	}
}

// twice returns the exemptions that have the name of an earlier one in the file.
func (c content) twice() (errs Errors) {
	claims := c.claims()
	for _, e := range c.exemptions {
		if name := e.is.name; name.is != "" && claims[name.is] != name.at {
			errs = append(errs, nameTaken(name, claims[name.is]))
		}
	}
	return errs
}

func nameTaken(name spot[string], by Place) Error {
	return Error{name.at, "name: " + name.is + " is the name of the exemption at " + by.String() + ": names are unique over all files"}
}

// clashes returns an error for each claim that is claimed by another file.
func clashes(claims, claimed map[string]Place) (errs Errors) {
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		at, by := claims[name], claimed[name]
		switch {
		case by == Place{}:
		case name == theConfiguration:
			errs = append(errs, Error{at, "it has a second Configuration beside " + by.Path + ": there is one over all files, and any number of Exemptions"})
		default:
			errs = append(errs, nameTaken(spot[string]{name, at}, by))
		}
	}
	return errs
}

// settle returns which content of each file is in force: what it says if it is good, else
// its last good content, if it has one. A good file that takes a name which a bad one
// still has waits, with an error: nobody's exemption is taken away by another's file.
func settle(contents []content, good map[string]content) []content {
	inForce := map[string]content{}
	for i := range contents {
		if c := contents[i]; len(c.errors) == 0 {
			inForce[c.path] = c
		} else if last, has := good[c.path]; has {
			inForce[c.path] = last
		}
	}
	for waits := true; waits; {
		waits = false
		kept := kept(contents, inForce)
		for i := range contents {
			c := &contents[i]
			if clashes := clashes(c.claims(), kept); len(c.errors) == 0 && len(clashes) > 0 {
				c.errors, waits = clashes, true
				delete(inForce, c.path)
				if last, has := good[c.path]; has {
					inForce[c.path] = last
				}
			}
		}
	}
	return slices.SortedFunc(maps.Values(inForce), func(a, b content) int { return strings.Compare(a.path, b.path) })
}

// kept returns the claims of the last good contents of the files that are bad.
func kept(contents []content, inForce map[string]content) map[string]Place {
	kept := map[string]Place{}
	for i := range contents {
		if c := &contents[i]; len(c.errors) > 0 {
			maps.Copy(kept, inForce[c.path].claims())
		}
	}
	return kept
}
