package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/verdicts"
)

// junit writes JUnit's XML: a test case for each object, which fails if it is not
// compliant, and is skipped if it is exempt.
type junit struct {
	out   io.Writer
	cases []testCase
}

func newJUnit(o Options, _ string) (Format, error) { return &junit{out: o.Out}, nil }

type testSuites struct {
	XMLName xml.Name  `xml:"testsuites"`
	Suite   testSuite `xml:"testsuite"`
}

type testSuite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testCase `xml:"testcase"`
}

type testCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	File    string       `xml:"file,attr,omitempty"`
	Line    int          `xml:"line,attr,omitempty"`
	Failure *testFailure `xml:"failure"`
	Skipped *testSkipped `xml:"skipped"`
}

type testFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type testSkipped struct {
	Message string `xml:"message,attr"`
}

// Verdict implements Format.
func (j *junit) Verdict(v *verdicts.Verdict) error {
	is := testCase{Class: v.Namespace, Name: v.Kind + "/" + v.Name, File: v.Source.File, Line: v.Source.Line}
	switch v.Status {
	case policy.Noncompliant:
		is.Failure = &testFailure{strings.Join(ids(v.Noncompliant()), ", "), ""}
		for _, f := range v.Counting() {
			if v.Required.Has(f.Check) {
				is.Failure.Text += fmt.Sprintf("\n%s%s [%s]", at(v, &f), sentence(v, &f), checks[f.Check].ID)
			}
		}
	case policy.Exempt:
		is.Skipped = &testSkipped{"exempt by " + strings.Join(v.Exemptions, ", ")}
	}
	j.cases = append(j.cases, is)
	return nil
}

// End implements Format.
func (j *junit) End(*Summary) error {
	suite := testSuite{Name: "podscore", Tests: len(j.cases), Cases: j.cases}
	for i := range j.cases {
		switch {
		case j.cases[i].Failure != nil:
			suite.Failures++
		case j.cases[i].Skipped != nil:
			suite.Skipped++
		}
	}
	text, err := xml.MarshalIndent(testSuites{Suite: suite}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.out, "%s%s\n", xml.Header, text)
	return err
}
