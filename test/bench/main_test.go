package main

import (
	"strings"
	"testing"
)

func TestCommandLine(t *testing.T) {
	for _, c := range []struct{ args, command, wrong string }{
		{"", "make bench", ""},
		{"-write -json=x -podscore=y", "make bench", ""},
		{"-quick", "make bench BENCH='-quick'", ""},
		{"-runs=1 -pods=5000,10000", "make bench BENCH='-pods=5000,10000 -runs=1'", ""},
		{"-exemptions= -own-names", "make bench BENCH='-exemptions= -own-names'", ""},
		{"-exemptions=10,0", "", `-exemptions: "0" is no number above 0`},
		{"-pods=5050", "", `-pods: "5050" is no multiple of 100`},
		{"-pods=", "", `-pods: "" is no multiple of 100`},
		{"-only=scrape,fall", "", `-only: unknown part "fall": use some of scrape, exposure, updates, churn`},
		{"-programs=podscore,other", "", `-programs: unknown program "other"`},
		{"-runs=0", "", "-runs: 0 is less than 1"},
	} {
		options, err := parse(strings.Fields(c.args))
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: got %v, want %q", c.args, err, c.wrong)
			}
		case err != nil || options.command != c.command:
			t.Errorf("%s: got %+v, %v; want the command %q", c.args, options, err, c.command)
		}
	}
}
