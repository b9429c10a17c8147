package reports

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"iter"
	"os"
	"strings"
	"testing"
	"time"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

var update = flag.Bool("update", false, "write the formats' files instead of comparing with them")

// report returns what a format writes of manifests, or of the same in a cluster, judged by
// testdata/configuration.yaml.
func report(t *testing.T, format string, o Options, text string) string {
	t.Helper()
	var out bytes.Buffer
	var err error
	o.Out, o.Version = &out, "v1.2.3"
	if o.Root, err = os.Getwd(); err != nil {
		t.Fatal(err)
	}
	f, err := New(format, o)
	if err != nil {
		t.Fatal(err)
	}
	summary, file := &Summary{}, "shop/cart.yaml"
	if o.Live {
		file = ""
	}
	for v := range verdictsOn(t, file, text) {
		summary.Add(v)
		if err := f.Verdict(v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.End(summary); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// verdictsOn yields the verdicts on manifests, by testdata/configuration.yaml, as if they
// stood in a file, or with "" in a cluster.
func verdictsOn(t *testing.T, file, text string) iter.Seq[*verdicts.Verdict] {
	t.Helper()
	builtIn, err := configuration.TakeOut(configuration.SystemNamespaces())
	if err != nil {
		t.Fatal(err)
	}
	set, wrong := configuration.Read(time.Time{}, configuration.Options{}, "testdata/configuration.yaml")
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	by, err := set.Policy("", builtIn...)
	if err != nil {
		t.Fatal(err)
	}
	judge := verdicts.NewJudge(by)
	r := manifests.Reader{Stdin: strings.NewReader(text)}
	return func(yield func(*verdicts.Verdict) bool) {
		for doc := range r.Read(manifests.Stdin) {
			if len(doc.Errors) > 0 {
				t.Fatal(doc.Errors)
			}
			for _, object := range doc.Objects {
				if object.Source.File = file; file == "" {
					object = &manifests.Object{APIVersion: object.APIVersion, Kind: object.Kind, Namespace: object.Namespace, Name: object.Name, Pod: object.Pod}
				}
				if v, _ := judge.Object(object); !yield(&v) {
					return
				}
			}
		}
	}
}

// TestTwinFormats: every format writes what stands in testdata.
func TestTwinFormats(t *testing.T) {
	shop, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		for _, all := range []bool{false, true} {
			name, file := k.name, "testdata/"+k.name
			switch name {
			case "":
				file = "testdata/lines"
			case "jsonpath":
				name = `jsonpath={range .items[*]}{.name}{"\t"}{.score}{"\n"}{end}`
			}
			if all {
				file += "-all"
			}
			got := report(t, name, Options{All: all, Suppressed: all}, string(shop))
			if *update {
				if err := os.WriteFile(file+".txt", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(file + ".txt"); err != nil || string(want) != got {
				t.Errorf("%s writes\n%s\nand not what %s.txt has; run make update (%v)", name, got, file, err)
			}
		}
	}
}

// TestReportsParse: what programs read parses, has the schema, and says the same in JSON and
// YAML; also of nothing.
func TestReportsParse(t *testing.T) {
	var has spec.Schema
	if err := json.Unmarshal(Schema(), &has); err != nil {
		t.Fatal(err)
	}
	shop, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", string(shop)} {
		asJSON, asYAML := report(t, "json", Options{}, text), report(t, "yaml", Options{}, text)
		var fields any
		if err := json.Unmarshal([]byte(asJSON), &fields); err != nil {
			t.Fatalf("%v in\n%s", err, asJSON)
		}
		if err := validate.AgainstSchema(&has, fields, strfmt.Default); err != nil {
			t.Errorf("%v in\n%s", err, asJSON)
		}
		fromYAML, err := yaml.YAMLToJSON([]byte(asYAML))
		if err != nil {
			t.Fatal(err)
		}
		if compact, err := json.Marshal(fields); err != nil || !bytes.Equal(compact, fromYAML) {
			t.Errorf("%v: JSON says\n%s\nand YAML\n%s", err, compact, fromYAML)
		}
		var suites testSuites
		if err := xml.Unmarshal([]byte(report(t, "junit", Options{}, text)), &suites); err != nil || suites.Suite.Tests != strings.Count(text, "\nkind:") {
			t.Errorf("%v: %+v", err, suites)
		}
	}
}

// TestSchemaHasAllFields: the schema refuses a field that it does not have, so that a new
// one is described there.
func TestSchemaHasAllFields(t *testing.T) {
	var has spec.Schema
	if err := json.Unmarshal(Schema(), &has); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(report(t, "json", Options{}, ""), `"items"`, `"other": 1, "items"`, 1)
	var fields any
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	if validate.AgainstSchema(&has, fields, strfmt.Default) == nil {
		t.Error("the schema takes any field")
	}
}

// TestHostileNames: a file cannot write over the terminal, or into other parts of a report.
func TestHostileNames(t *testing.T) {
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: \"a\\e[2J\\n::error::b\"}\nspec: {containers: [{name: \"\\u202ec|d`\"}]}\n"
	for _, k := range kinds {
		if k.name == "jsonpath" || k.name == "json" || k.name == "yaml" {
			continue // for programs, which get the names as they are
		}
		got := report(t, k.name, Options{All: true}, text)
		if strings.ContainsAny(got, "\x1b\u202e") || strings.Contains(got, "\n::error::b") {
			t.Errorf("%q writes %q", k.name, got)
		}
	}
}

func TestColors(t *testing.T) {
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: app}]}\n"
	colored, plain := report(t, "", Options{Color: true}, text), report(t, "", Options{}, text)
	if strings.Contains(plain, "\x1b") || strings.NewReplacer(red, "", yellow, "", faint, "", normal, "").Replace(colored) != plain || colored == plain {
		t.Errorf("with colors it writes\n%s\nand without\n%s", colored, plain)
	}
}

func TestNew(t *testing.T) {
	for _, c := range []struct{ format, wrong string }{
		{"xml", `unknown format "xml": use one of wide, summary, json`},
		{"json=a", `unknown format "json"`},
		{"jsonpath", "jsonpath needs a template"},
		{"jsonpath={", "jsonpath: unclosed action"},
	} {
		if _, err := New(c.format, Options{}); err == nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %s", c.format, err, c.wrong)
		}
	}
}
