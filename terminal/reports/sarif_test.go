package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

// readSARIF returns what the format writes of manifests, after it was held to the schema.
// That is SARIF's own, as the npm package @microsoft/jest-sarif 1.0.0-beta.0 has it.
func readSARIF(t *testing.T, o Options, text string) sarifRun {
	t.Helper()
	written := report(t, "sarif", o, text)
	is, err := jsonschema.NewCompiler().Compile("testdata/sarif-2.1.0-rtm.5.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	if err := is.Validate(document); err != nil {
		t.Errorf("%v in\n%s", err, written)
	}
	var log sarifLog
	if err := json.Unmarshal([]byte(written), &log); err != nil {
		t.Fatal(err)
	}
	return log.Runs[0]
}

// TestSARIF: it is valid, also of nothing; each result has a rule, a place and a fingerprint
// of its own, which stays when lines move.
func TestSARIF(t *testing.T) {
	shop, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if run := readSARIF(t, Options{}, ""); run.Results == nil || len(run.Tool.Driver.Rules) != securitycontext.NumChecks {
		t.Errorf("of nothing it writes %+v", run)
	}
	text := string(shop) + "---\n" + string(shop) // the same names twice
	run, moved := readSARIF(t, Options{}, text), readSARIF(t, Options{}, "\n\n"+text)
	seen := map[string]bool{}
	for i, result := range run.Results {
		fingerprint := result.Fingerprints["primaryLocationLineHash"]
		if seen[fingerprint] || moved.Results[i].Fingerprints["primaryLocationLineHash"] != fingerprint {
			t.Errorf("%s: its fingerprint %s is of another too, or does not stay", result.Message.Text, fingerprint)
		}
		seen[fingerprint] = true
		if run.Tool.Driver.Rules[result.RuleIndex].ID != result.RuleID || len(result.Suppressions) > 0 {
			t.Errorf("%+v", result)
		}
	}
	suppressed := readSARIF(t, Options{Suppressed: true}, string(shop))
	if all := len(suppressed.Results); 2*all <= len(run.Results) || len(suppressed.Results[all-1].Suppressions) != 1 {
		t.Errorf("with what is exempt there are %d results, and without %d of twice as much", all, len(run.Results))
	}
}

// TestSARIFPlaces: a place is in the repository, or nothing is written.
func TestSARIFPlaces(t *testing.T) {
	for _, c := range []struct{ file, uri, wrong string }{
		{"a b/c.yaml", "a%20b/c.yaml", ""},
		{"./a/../c:d.yaml", "./c:d.yaml", ""},
		{"../a.yaml", "", "is outside of"},
		{manifests.StdinName, "", "give files in place of standard input"},
	} {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		got, err := (&sarif{Options: Options{Root: root}}).uri(c.file)
		if got != c.uri || (err != nil) != (c.wrong != "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: got %q, %v, want %q, %q", c.file, got, err, c.uri, c.wrong)
		}
	}
}

// TestSARIFIsBounded: GitHub rejects more results than it takes, so the worst stay.
func TestSARIFIsBounded(t *testing.T) {
	var out bytes.Buffer
	var warned string
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	format, err := New("sarif", Options{Out: &out, Root: root, Warn: func(message string) { warned = message }})
	if err != nil {
		t.Fatal(err)
	}
	advisory := verdicts.Verdict{Source: manifests.Source{File: "a.yaml"}, Failures: make([]verdicts.Failure, mostResults)}
	required := verdicts.Verdict{Source: manifests.Source{File: "b.yaml"}, Required: 1, Failed: 1, Failures: make([]verdicts.Failure, 5)}
	for _, v := range []*verdicts.Verdict{&advisory, &required} {
		if err := format.Verdict(v); err != nil {
			t.Fatal(err)
		}
	}
	if err := format.End(&Summary{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(warned, "5 are left out") || strings.Count(out.String(), `"uri": "b.yaml"`) != 5 || strings.Count(out.String(), `"ruleId"`) != mostResults {
		t.Errorf("it says %q", warned)
	}
}
