package configuration

import (
	"testing"
	"time"
)

const noDay = "is no day or time that exists: write a day such as 2027-03-31, a time with its zone such as 2027-03-31T18:00:00Z, or never"

// TestExpiry: when an exemption ends.
func TestExpiry(t *testing.T) {
	for _, c := range []struct{ expires, ends, err string }{
		{"2027-03-31", "2027-04-01T00:00:00Z", ""},
		{"2027-12-31", "2028-01-01T00:00:00Z", ""},
		{"2028-02-29", "2028-03-01T00:00:00Z", ""},
		{"2020-01-01", "2020-01-02T00:00:00Z", ""},
		{"2027-03-31T18:00:00Z", "2027-03-31T18:00:00Z", ""},
		{"2027-03-31T18:00:00+02:00", "2027-03-31T16:00:00Z", ""},
		{"2027-03-31t18:00:00z", "2027-03-31T18:00:00Z", ""},
		{"2027-03-31T18:00:00.5Z", "", `"2027-03-31T18:00:00.5Z" has a fraction of a second: write whole seconds`},
		{"never", "", ""},
		{"2027-02-29", "", `"2027-02-29" ` + noDay},
		{"2027-13-01", "", `"2027-13-01" ` + noDay},
		{"2027-3-1", "", `"2027-3-1" ` + noDay},
		{"0000-01-01", "", `"0000-01-01" ` + noDay},
		{"2027-03-31T24:00:00Z", "", `"2027-03-31T24:00:00Z" ` + noDay},
		{"2027-03-31T18:00:00", "", `"2027-03-31T18:00:00" has no zone: write one at its end, such as Z for UTC, or +02:00`},
		{"2027-03-31 18:00", "", `"2027-03-31 18:00" has no zone: write one at its end, such as Z for UTC, or +02:00`},
		{"31.3.2027", "", `"31.3.2027" ` + noDay},
		{"Never", "", `"Never" ` + noDay},
		{"", "", `"" ` + noDay},
	} {
		is, err := parseExpiry(c.expires)
		said, ends := "", ""
		if err != nil {
			said = err.Error()
		}
		if !is.at.IsZero() {
			ends = is.at.Format(time.RFC3339Nano)
		}
		if said != c.err || ends != c.ends || is.never != (c.expires == "never") {
			t.Errorf("%q ends %s, never: %t, with the error %s; want %s, and %s", c.expires, ends, is.never, said, c.ends, c.err)
		}
	}
}

// TestRules: what the Configuration asks of exemptions, in every file.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		rules rules
		text  string
		want  string
	}{
		{rules{}, one(), ""},
		{rules{}, one("expires: never"), ""},
		{rules{}, one("expires: 9999-12-31"), ""},
		{rules{requireExpiry: true}, one(), "f:4:3: expires is missing, which requireExpiry asks for: write a day such as 2027-03-01, or never"},
		{rules{requireExpiry: true}, one("expires: never"), ""},
		{rules{requireExpiry: true}, one("expires: 2020-01-01"), ""},
		{rules{maxExpiry: 30}, one("expires: 2020-01-01"), ""},
		{rules{maxExpiry: 30}, one("expires: 2026-12-31"), ""},
		{rules{maxExpiry: 30}, one("expires: 2027-01-01"), "f:4:12: expires: it is more than 30 days ahead, which maxExpiry does not allow: write a day up to 2026-12-31"},
		{rules{maxExpiry: 30}, one("expires: 2027-01-01T00:00:00Z"), ""},
		{rules{maxExpiry: 30}, one("expires: 2027-01-01T00:00:01Z"), "f:4:12: expires: it is more than 30 days ahead, which maxExpiry does not allow: write a day up to 2026-12-31"},
		{rules{maxExpiry: 30}, one("expires: never"), "f:4:12: expires: never is not allowed with maxExpiry: write a day up to 2026-12-31"},
		{rules{maxExpiry: 30}, one(), "f:4:3: expires is missing, which maxExpiry asks for: write a day up to 2026-12-31"},
		{rules{maxExpiry: 30, requireExpiry: true}, one(), "f:4:3: expires is missing, which maxExpiry asks for: write a day up to 2026-12-31"},
		{rules{maxExpiry: 30, requireExpiry: true}, one("expires: soon"), `f:4:12: expires: "soon" is no day or time that exists: write a day such as 2027-03-31, a time with its zone such as 2027-03-31T18:00:00Z, or never`},
		{rules{labelsUnknown: true}, one(), ""},
		{rules{labelsUnknown: true}, one("namespaceSelector: {matchLabels: {a: b}}"), "f:4:22: namespaceSelector: only the namespaces that are named are watched, and their labels are not known: write their names as namespaces"},
	} {
		contents := []content{parse(source{path: "f"}, []byte(c.text))}
		check(contents, nil, c.rules, now)
		if got := contents[0].errors.Error(); got != c.want {
			t.Errorf("with %+v the errors are\n%s\nwant\n%s\nof\n%s", c.rules, got, c.want, c.text)
		}
	}
}
