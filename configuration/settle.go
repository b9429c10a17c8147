package configuration

import "time"

// settled is what of the contents of files is in force.
type settled struct {
	inForce  []content          // without the exemptions whose names others have
	good     map[string]content // by path: the last content that was good by itself
	errors   Errors
	governed bool // no file is bad that may have the Configuration
}

// settle returns what is in force: of each file what it says if that is good by itself,
// else its last good content, if it has one; and of these, in the order of the files, each
// exemption whose name is free. Only the order decides who has a name, never who had it
// before: podscore does the same while it runs as it would do after a restart.
func settle(contents []content, good map[string]content, base rules, now time.Time) settled {
	check(contents, good, base, now)
	found, by := settled{good: map[string]content{}, governed: true}, claims{}
	for _, c := range contents {
		free, clashes := by.free(c)
		found.tell(c, clashes)
		if len(c.errors) > 0 {
			last, has := c.last(good)
			if !has {
				continue
			}
			c = last
			free, clashes = by.free(c)
			for _, clash := range clashes {
				found.errors = append(found.errors, clash.before())
			}
		}
		found.good[c.path] = c
		c.exemptions = free
		by.add(c)
		found.inForce = append(found.inForce, c)
	}
	found.errors.sort()
	found.errors = found.errors.told()
	return found
}

// tell tells what is wrong with a content. A name that another file has does not make a
// Configuration a bad one.
func (found *settled) tell(c content, clashes []clash) {
	bad := len(c.errors) > 0
	found.errors = append(found.errors, c.errors...)
	for _, clash := range clashes {
		found.errors = append(found.errors, clash.now())
		bad = bad || clash.with.Path == c.path
	}
	found.governed = found.governed && (!bad || !c.governs)
}

// last returns the last good content of a file that is bad. It has a Configuration only
// as long as the file may still have it.
func (c content) last(good map[string]content) (content, bool) {
	last, has := good[c.path]
	if !c.governs {
		last.settings = nil
	}
	return last, has
}
