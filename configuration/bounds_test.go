package configuration

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// mostMemory is what reading a file may take, in bytes, beside the file itself and even if
// no garbage is collected meanwhile.
const mostMemory = 64 << 20

// TestAllocatesLittle: no file takes more memory to read than it may, of those that have as many
// bytes and values as are allowed.
func TestAllocatesLittle(t *testing.T) {
	pieces := []string{
		"a,", "'a',", "a: ,", "? ,", "?,", ":,", `"a":b,`, "[", "[],", "{},", "{a: ", "*a,", "&a b,", "!a b,", "- ", "-\n", "- a\n", "? ", "?\n", "a:\n", "a: b\n",
		"- a: b\n", "- - a\n", "---\n", "--- a\n", "a\n...\n", "#\n", "a #b\n", "\n", "a ", "a\n", "'", "|\n", "%A\n", "N%d,", "N%d: N,", "n%d: {required: true},", "- {name: a}\n",
		"- {name: n%d, reason: a, everywhere: true, checks: [all]}\n",
	}
	beginnings := map[string]string{ // with the end that belongs to each
		"": "", "[": "]", "{": "}", ours + "exemptions:\n": "", ours + "checks: {": "}", ours + "preset: [": "]",
		one("namespaces: [a"): "", teams[:len(teams)-2]: "",
		strings.TrimSuffix(one("namespaces: [a,"), "\nname: x\n"): "]",
	}
	for _, piece := range pieces {
		for beginning, end := range beginnings {
			text := fill(beginning, piece, end)
			if took := memoryOf(func() { parse(source{path: "f"}, []byte(text)) }); took > mostMemory {
				t.Errorf("%d bytes of %q behind %q took %d MiB", len(text), piece, beginning, took>>20)
			}
		}
	}
}

// fill returns a text with a piece as often as a file may have it, by its bytes and its
// values. The piece is numbered where it has a %d.
func fill(beginning, piece, end string) string {
	text, number := bytes.NewBufferString(beginning), strings.Contains(piece, "%d")
	times := (MaxValues - countValues([]byte(beginning+end))) / max(1, countValues([]byte(piece)))
	for i := 0; i < times && text.Len()+len(piece)+len(end)+8 < MaxFileSize; i++ {
		if number {
			fmt.Fprintf(text, piece, i)
		} else {
			text.WriteString(piece)
		}
	}
	return text.String() + end
}

// memoryOf returns how many bytes are allocated while f runs.
func memoryOf(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestTooManyValues: how that is told.
func TestTooManyValues(t *testing.T) {
	text := "[" + strings.Repeat("a,", MaxValues) + "]"
	if got, want := parse(source{path: "f"}, []byte(text)).errors.Error(), "f: the file has more than 100000 values: divide it"; got != want {
		t.Errorf("the error is %s, want %s", got, want)
	}
}

// TestHonestFilesAreRead: 10,000 exemptions as teams write them, in files that are as large
// as they may be.
func TestHonestFilesAreRead(t *testing.T) {
	const flow = "- {name: team-%d-baseline, reason: Found when podscore came., owner: team-%[1]d, expires: 2027-03-31, namespaces: [shop-%[1]d], workloads: [Deployment/cart-%[1]d], checks: [run-as-non-root, capabilities-drop-all, allow-privilege-escalation, seccomp-profile]}\n"
	const block = "- name: team-%d-baseline\n  reason: Found when podscore came.\n  owner: team-%[1]d\n  expires: 2027-03-31\n  namespaces:\n  - shop-%[1]d\n  workloads:\n  - Deployment/cart-%[1]d\n  checks:\n  - run-as-non-root\n  - capabilities-drop-all\n  - allow-privilege-escalation\n  - seccomp-profile\n"
	for name, entry := range map[string]string{"in braces": flow, "in lines": block} {
		f, read := newFolder(t), 0
		for file := 0; read < 10_000; file++ {
			text := bytes.NewBufferString(strings.TrimSuffix(teams, "- "))
			for ; text.Len()+len(entry)+20 < MaxFileSize && read < 10_000; read++ {
				fmt.Fprintf(text, entry, read)
			}
			f.write(fmt.Sprintf("%d.yaml", file), text.String())
		}
		if set, errs := Read(now, Options{}, f.path); len(errs) > 0 || len(set.Exemptions()) != 10_000 {
			t.Errorf("%s: %d exemptions are read, and the errors %.300v", name, len(set.Exemptions()), errs)
		}
	}
}

// TestCountIsAnUpperBound: no text has more than twice as many nodes as values are counted,
// but for the first document and its root.
func TestCountIsAnUpperBound(t *testing.T) {
	pieces := []string{",", ":", ": ", "[", "]", "{", "}", "?", "? ", "-", "- ", "--- ", "...", "\n", "\r", "\u0085", "\u2028", " ", "\t", "a", "'a'", `"a"`, "&a ", "*a ", "!a ", "#", "|", ">", "%", "\ufeff"}
	for seed := range uint64(5000) {
		r, text := rand.New(rand.NewPCG(seed, 0)), ""
		for range r.IntN(16) {
			text += pieces[r.IntN(len(pieces))]
		}
		if nodes, values := nodes([]byte(text)), countValues([]byte(text)); nodes > 2*values+2 {
			t.Errorf("%q has %d nodes, and only %d values are counted", text, nodes, values)
		}
	}
}

// nodes returns how many nodes the documents of a text have; of those before a mistake.
func nodes(text []byte) (all int) {
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var n yaml.Node
		if decoder.Decode(&n) != nil {
			return all
		}
		all += nodesOf(&n)
	}
}

func nodesOf(n *yaml.Node) int {
	all := 1
	for _, inner := range n.Content {
		all += nodesOf(inner)
	}
	return all
}
