package configuration

import "time"

// check adds to the contents of files what is wrong with them beside others: exemptions
// that break the rules of the Configuration, a second Configuration, and too much in all.
func check(contents []content, good map[string]content, base rules, now time.Time) {
	for i := range contents {
		if c := &contents[i]; c.settings != nil {
			c.check(base.of(c.settings), now)
		}
	}
	seat := seat(contents, good)
	rules := base.of(settingsOf(seat, contents, good))
	for i := range contents {
		switch c := &contents[i]; {
		case c.settings == nil:
			c.check(rules, now)
		case c.path != seat:
			c.errors = append(c.errors, Error{Place{Path: c.path}, "it has a second Configuration beside " + seat + ": there is one over all files, and any number of Exemptions"})
		}
	}
	bound(contents, good)
}

// check adds the exemptions that break rules.
func (c *content) check(r rules, now time.Time) {
	for _, e := range c.exemptions {
		c.errors = append(c.errors, r.broken(e, now)...)
	}
}

// seat returns the path of the file with the Configuration: of the one that is in force,
// as long as that may have it, else of the first that is good, else of the first.
func seat(contents []content, good map[string]content) string {
	first, firstGood := "", ""
	for _, c := range contents {
		if good[c.path].settings != nil && c.governs {
			return c.path
		}
		if c.settings == nil {
			continue
		}
		if first == "" {
			first = c.path
		}
		if firstGood == "" && len(c.errors) == 0 {
			firstGood = c.path
		}
	}
	if firstGood != "" {
		return firstGood
	}
	return first
}

// settingsOf returns what the Configuration of a file says: what it says now if that is
// good, else what it said before, else what it says.
func settingsOf(path string, contents []content, good map[string]content) *settings {
	for _, c := range contents {
		if c.path != path {
			continue
		}
		if before := good[path].settings; len(c.errors) > 0 && before != nil {
			return before
		}
		return c.settings
	}
	return nil
}
