package manifests

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/podscore/podscore/securitycontext"
)

// seeds are manifests of all kinds: the tests', and those of this repository.
func seeds(f *testing.F) {
	for _, pattern := range []string{"../../config/samples/*.yaml", "../../securitycontext/testdata/*/*.yaml", "../../test/chart/testdata/defaults/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	for _, text := range []string{located, deployment + "---\n" + deployment, "\u0085---\nkind: Pod\n", "a: b\u2028kind: Pod\n", "\xff\xfea\x00", "- kind: Pod\n...\n%YAML 1.1\n---\n? a\n: b\n"} {
		f.Add([]byte(text))
	}
}

// FuzzRead reads any bytes: nothing panics or hangs, every place is one in the text, and
// what is told by its kind before it is parsed has no pods.
func FuzzRead(f *testing.F) {
	seeds(f)
	for _, bomb := range bombs() {
		if len(bomb) < 10_000 { // the others take too long to be tried again and again
			f.Add([]byte(bomb))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lines := 1 + bytes.Count(text, []byte("\n")) + strings.Count(string(text), "\r") + strings.Count(string(text), "\u0085") + strings.Count(string(text), "\u2028") + strings.Count(string(text), "\u2029")
		r := Reader{Stdin: bytes.NewReader(text)}
		for doc := range r.Read(Stdin) {
			for _, o := range doc.Objects {
				pod := securitycontext.FromPod(o.Pod)
				for _, finding := range securitycontext.Score(pod).Findings {
					if region := o.Locate(pod.Path(finding)); region.Line < 1 || region.Line > lines || region.Column < 1 || region.EndColumn <= region.Column || region.Caret > len([]rune(region.Text)) {
						t.Errorf("%v is said to be at %+v, of %d lines", finding, region, lines)
					}
				}
			}
			for _, wrong := range append(doc.Errors, doc.Warnings...) {
				if wrong.Line < 1 || wrong.Line > lines {
					t.Errorf("%v: there are %d lines", wrong, lines)
				}
			}
		}
		split("", bytes.NewReader(text), func(c chunk) bool {
			if kind, told := r.hasNoPods(c.text); told {
				c.text = append(c.text, "\n? \n"...) // so that it is not told
				if doc := r.parse(c); len(doc.Objects) > 0 {
					t.Errorf("%s has no pods, it is said, and %s has %d", kind, c.text, len(doc.Objects))
				}
			}
			return true
		})
	})
}

// FuzzJSON: a document is what sigs.k8s.io/yaml makes of it, by which kubectl and the API
// server read.
func FuzzJSON(f *testing.F) {
	seeds(f)
	for _, scalar := range []string{
		"yes", "'yes'", "Off", "y", "!!str yes", "0777", "0o17", "0x1F", "1_000", "1e3", ".5", "-.5", "1.", "+1", "~", "null", "2001-01-01", "0b11",
		"18446744073709551615", "1e400", ".inf", "<<", "=", "12:30", "!!float 1", "!!binary YQ==", "\"\\u0041\"", "a\n  b", ">-\n  a\n  b",
	} {
		f.Add([]byte("a: " + scalar + "\n" + strings.Split(scalar, "\n")[0] + ": b\n"))
	}
	f.Add([]byte("a: &a {b: 1, c: 2}\nd: {<<: *a, b: 3}\ne: {b: 4, <<: [{b: 5}, *a]}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if nothing.Match(text) || len(text) > 10_000 {
			t.Skip("the library forgets a tag ! without a name, which nobody writes")
		}
		want, wantErr := sigsyaml.YAMLToJSON(text)
		got, gotErr := asJSON(text)
		if wantErr != nil || gotErr != nil {
			return // what one of them refuses is told, and is not judged
		}
		var a, b any
		if json.Unmarshal(want, &a) != nil || json.Unmarshal(got, &b) != nil {
			t.Fatalf("no JSON: %s, %s", want, got)
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("got\n%s\nwant\n%s\nof\n%s", got, want, text)
		}
	})
}

var nothing = regexp.MustCompile(`!([^!A-Za-z]|$)`)

// asJSON returns the first document of a text as JSON.
func asJSON(text []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, err
	}
	if len(root.Content) == 0 {
		return []byte("null"), nil
	}
	w := writer{document: &document{chunk: chunk{text: text}, result: &Document{}, left: allowance(text)}}
	return w.out, w.value(root.Content[0], 0)
}

// bombs are small texts that stand for huge ones.
func bombs() []string {
	billion, merged := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n", "a0: &a0 {x: 1}\n"
	for i := range 12 {
		name, before := string(rune('b'+i)), "*a0"
		if i > 0 {
			before = "*" + string(rune('a'+i))
		}
		ten := strings.TrimSuffix(strings.Repeat(before+", ", 10), ", ")
		billion += name + ": &" + name + " [" + ten + "]\n"
		merged += name + ": &" + name + " {<<: [" + ten + "]}\n"
	}
	pod := func(more, spec string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n" + more + "spec: " + spec + "\n"
	}
	return []string{
		pod(billion, "{containers: *m}"),
		pod(merged, "*m"),
		pod("", "&a {containers: [*a]}"),
		pod("", "&a {<<: *a}"),
		pod("", strings.Repeat("[", 9000)),
		"x: &x " + strings.Repeat("a", 1<<20) + "\n" + pod("", "{containers: ["+strings.Repeat("{name: *x},", 10_000)+"]}"),
		"apiVersion: v1\nkind: List\nx: &x {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {schedulerName: " + strings.Repeat("a", 1<<20) + "}}\nitems: [" + strings.Repeat("*x,", 10_000) + "]\n",
	}
}

// TestBombs: what aliases could make of a document is bounded, and told.
func TestBombs(t *testing.T) {
	for _, bomb := range bombs() {
		start := time.Now()
		got := told(Reader{}, bomb)
		if !strings.Contains(got, "error <stdin>:") || strings.Contains(got, "\n1:") && len(got) > 10_000 {
			t.Errorf("nothing is wrong, it is said, with\n%s\n%s", short(bomb), short(got))
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("it took %v to read\n%s", took, short(bomb))
		}
	}
}
