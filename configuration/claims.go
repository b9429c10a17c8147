package configuration

// claims are the names of the exemptions that are in force, with their places.
type claims map[string]Place

// clash is an exemption whose name another has.
type clash struct {
	name spot[string]
	with Place
}

// free returns the exemptions of a content whose names are free, and the others. Of two in
// the content the later one is not free.
func (by claims) free(c content) (free []spot[entry], clashes []clash) {
	own := claims{}
	for _, e := range c.exemptions {
		name := e.value.name
		with, taken := by[name.value]
		if !taken {
			with, taken = own[name.value]
		}
		switch {
		case name.value == "": // told already
		case taken:
			clashes = append(clashes, clash{name, with})
		default:
			own[name.value] = name.at
			free = append(free, e)
		}
	}
	return free, clashes
}

// add adds what a content claims.
func (by claims) add(c content) {
	for _, e := range c.exemptions {
		by[e.value.name.value] = e.value.name.at
	}
}

// now returns the mistake in what a file says.
func (c clash) now() Error { return Error{c.name.at, c.message()} }

// before returns the mistake in what a file said before, and may say no more: it has no
// line.
func (c clash) before() Error {
	return Error{Place{Path: c.name.at.Path}, beforeWords + c.message()}
}

// beforeWords begin a mistake in what a file said before.
const beforeWords = "of what it said before, "

func (c clash) message() string {
	return "name: " + c.name.value + " is the name of the exemption at " + c.with.String() + ": names are unique over all files"
}
