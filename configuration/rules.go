package configuration

import (
	"fmt"
	"time"
)

// rules are what the Configuration and the Options ask of every exemption.
type rules struct {
	requireExpiry bool
	maxExpiry     int // in days; 0 for no limit
	labelsUnknown bool
}

// of returns the rules with those of a Configuration; as they are if it is nil.
func (r rules) of(s *settings) rules {
	if s != nil {
		r.requireExpiry, r.maxExpiry = s.requireExpiry, s.maxExpiry
	}
	return r
}

// broken returns the rules that an exemption breaks now.
func (r rules) broken(e spot[entry], now time.Time) (broken Errors) {
	expires, last := e.value.expires, latest(now, r.maxExpiry)
	add := func(at Place, format string, args ...any) {
		broken = append(broken, Error{at, fmt.Sprintf(format, args...)})
	}
	lastDay := last.AddDate(0, 0, -1).Format(time.DateOnly)
	switch given := expires.at.Line > 0; {
	case !given && r.maxExpiry > 0:
		add(e.at, "expires is missing, which maxExpiry asks for: write a day up to %s", lastDay)
	case !given && r.requireExpiry:
		add(e.at, "expires is missing, which requireExpiry asks for: write a day such as %s, or never", now.UTC().AddDate(0, 0, 90).Format(time.DateOnly))
	case expires.value.never && r.maxExpiry > 0:
		add(expires.at, "expires: never is not allowed with maxExpiry: write a day up to %s", lastDay)
	case r.maxExpiry > 0 && expires.value.at.After(last):
		add(expires.at, "expires: it is more than %d days ahead, which maxExpiry does not allow: write a day up to %s", r.maxExpiry, lastDay)
	}
	if selector := e.value.selector; r.labelsUnknown && selector.at.Line > 0 {
		add(selector.at, "namespaceSelector: only the namespaces that are named are watched, and their labels are not known: write their names as namespaces")
	}
	return broken
}
