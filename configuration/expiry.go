package configuration

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ending is when an exemption ends: zero, with never, if it does not.
type ending struct {
	at    time.Time
	never bool
}

// never is how a file says that there is no end.
const never = "never"

var expiry = scalar("a day such as 2027-03-31", schema{"type": "string", "pattern": `^(never|[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2}))?)$`}, parseExpiry, "!!str", "!!timestamp")

// parseExpiry parses when an exemption ends. A day ends at the next midnight UTC.
func parseExpiry(s string) (ending, error) {
	if s == never {
		return ending{never: true}, nil
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil && day.Year() > 0 {
		return ending{at: day.AddDate(0, 0, 1)}, nil
	}
	if moment, err := time.Parse(time.RFC3339, strings.ToUpper(s)); err == nil && moment.UTC().Year() > 0 {
		if moment.Nanosecond() > 0 {
			return ending{}, fmt.Errorf("%q has a fraction of a second: write whole seconds", short(s))
		}
		return ending{at: moment.UTC()}, nil
	}
	if withoutZone.MatchString(s) {
		return ending{}, fmt.Errorf("%q has no zone: write one at its end, such as Z for UTC, or +02:00", short(s))
	}
	return ending{}, fmt.Errorf("%q is no day or time that exists: write a day such as 2027-03-31, a time with its zone such as 2027-03-31T18:00:00Z, or never", short(s))
}

var withoutZone = regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?$`)

var inDays = regexp.MustCompile(`^[1-9][0-9]{0,4}d$`)

var days = scalar("a number of days, such as 365d", schema{"type": "string", "pattern": inDays.String()}, func(s string) (int, error) {
	if !inDays.MatchString(s) {
		return 0, fmt.Errorf("%q is no number of days: write whole days, from 1d to 99999d, such as 365d", short(s))
	}
	return strconv.Atoi(strings.TrimSuffix(s, "d"))
}, "!!str", "!!int")

// day returns the day of a time, in UTC. The rules of a Configuration count in days.
func day(at time.Time) time.Time { return at.UTC().Truncate(24 * time.Hour) }

// latest returns the latest end that is allowed, counted from now: the end of the day,
// in UTC, that is this many days ahead.
func latest(now time.Time, days int) time.Time {
	return day(now).AddDate(0, 0, days+1)
}
