package manifests

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// TestSplit: a stream is its chunks one after the other, whose lines are counted right,
// however it is read.
func TestSplit(t *testing.T) {
	pieces := []string{"a: b\n", "---\n", "--- # c\n", "# c\n", "\n", "%YAML 1.1\n", "  ---\n", "----\n", "---x\n", "- kind: Pod\n", strings.Repeat("x", 70_000) + "\n", "c: d\r\n"}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 0))
		var text strings.Builder
		for range r.IntN(12) {
			text.WriteString(pieces[r.IntN(len(pieces))])
		}
		whole := strings.TrimSuffix(text.String(), strings.Repeat("\n", r.IntN(2)))
		in := io.Reader(strings.NewReader(whole))
		if r.IntN(2) == 0 {
			in = iotest.HalfReader(in)
		}
		index, from := 0, 0
		split("", in, func(c chunk) bool {
			index++
			at := strings.Index(whole[from:], string(c.text))
			if at < 0 || c.index != index {
				t.Fatalf("seed %d: chunk %d, %q, is not in the text behind %d", seed, c.index, c.text, from)
			}
			if passed := whole[from : from+at]; strings.Trim(onlyContent(passed), "\n") != "" {
				t.Errorf("seed %d: %q is in no chunk", seed, passed)
			}
			if line := 1 + strings.Count(whole[:from+at], "\n"); c.line != line {
				t.Errorf("seed %d: chunk %q is said to be at line %d, and is at %d", seed, c.text, c.line, line)
			}
			from += at + len(c.text)
			return true
		})
	}
}

// onlyContent returns a text without the lines that say nothing.
func onlyContent(text string) (content string) {
	for line := range strings.Lines(text) {
		if !isPreamble([]byte(line)) {
			content += line
		}
	}
	return content
}

// TestTooLong: a document that is too long is told, and the next one is read.
func TestTooLong(t *testing.T) {
	long := "a:\n" + strings.Repeat(strings.Repeat("x", 1<<20)+"\n", 17)
	got := told(Reader{}, long+"---\n"+deployment)
	if want := "error <stdin>:1:1: the document has more than 16 MiB: divide it\n2:20 " + isCart; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestBrokenOff: what was read before an error is judged.
func TestBrokenOff(t *testing.T) {
	r := Reader{Stdin: io.MultiReader(strings.NewReader(deployment), iotest.ErrReader(io.ErrUnexpectedEOF))}
	var got []string
	for doc := range r.Read(Stdin) {
		got = append(got, describe(doc)...)
	}
	if want := "1:1 " + isCart + "\nerror <stdin>: it cannot be read to its end: unexpected EOF"; strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestPeek(t *testing.T) {
	for _, c := range []struct {
		text, kind string
		known      bool
	}{
		{"apiVersion: v1\nkind: Secret\ndata: {}\n", "Secret", true},
		{"kind: Secret # a\r\ndata:\r\n  kind: Pod\r\n", "Secret", true},
		{"# kind: Pod\n---\nkind: Secret\nlist:\n- kind: Pod\n", "Secret", true},
		{"a: b\n", "", false},
		{"kind: Secret\nkind: Pod\n", "", false},
		{"kind: \"Pod\"\n", "", false},
		{"kind: &a Pod\n", "", false},
		{"\"kind\": Pod\nx: 'a\nkind: Secret\n'\n", "", false},
		{"? kind\n: Pod\n", "", false},
		{"{kind: Secret}\n", "", false},
		{"  kind: Secret\n", "", false},
	} {
		if kind, known := peek([]byte(c.text)); known != c.known || known && kind != c.kind {
			t.Errorf("%q: got %q, %v, want %q, %v", c.text, kind, known, c.kind, c.known)
		}
	}
}

// TestOrdinaryManifestsAreNotParsed: what is written as everybody does is told by its kind.
func TestOrdinaryManifestsAreNotParsed(t *testing.T) {
	for _, text := range []string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: |\n    b\n\n",
		"---\n# Source: chart/templates/a.yaml\napiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData: {}\n",
	} {
		if _, told := (&Reader{}).hasNoPods([]byte(text)); !told {
			t.Errorf("it is parsed to know that it has no pods:\n%s", text)
		}
	}
	if _, told := (&Reader{}).hasNoPods(bytes.ReplaceAll([]byte(deployment), []byte("Deployment"), []byte("Fleet"))); !told {
		t.Error("a kind that is not known is parsed")
	}
	if _, told := (&Reader{Kinds: []Kind{{AnyGroup, "Fleet", []string{"spec"}, "told"}}}).hasNoPods([]byte("kind: Fleet\n")); told {
		t.Error("a kind that was told is not parsed")
	}
}
