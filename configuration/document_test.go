package configuration

import (
	"strings"
	"testing"
	"time"
)

// now is when the tests read files.
var now = time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)

// teams is how a file of a team begins; what follows is an exemption's fields, the first
// of them in line 4.
const teams = "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions:\n- "

// ours is how a Configuration begins, its first field in line 3.
const ours = "apiVersion: podscore.io/v1alpha1\nkind: Configuration\n"

// one returns a team's file with one exemption that is right but for what is given:
// fields of an exemption, each in a line of its own, the first in line 4.
func one(fields ...string) string {
	defaults := []string{"name: x", "reason: z", "everywhere: true", "checks: [all]"}
	for _, field := range defaults {
		key, _, _ := strings.Cut(field, ":")
		given := false
		for _, f := range fields {
			given = given || strings.HasPrefix(f, key+":") || key == "everywhere" && strings.HasPrefix(f, "namespace")
		}
		if !given {
			fields = append(fields, field)
		}
	}
	return teams + strings.Join(fields, "\n  ") + "\n"
}

// TestDocuments: what is wrong with a file as a whole, and with its documents.
func TestDocuments(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a good one", one(), ""},
		{"with a byte order mark and CRLF", "\ufeff" + strings.ReplaceAll(one(), "\n", "\r\n"), ""},
		{"as JSON", `{"apiVersion": "podscore.io/v1alpha1", "kind": "Exemptions", "exemptions": []}`, ""},
		{"a stream of both kinds", ours + "preset: all\n---\n" + one(), ""},
		{"that begins and ends with the mark of a document", "---\n" + one() + "...\n", ""},
		{"without exemptions", ours, ""},
		{"empty", "", "f: the file is empty: write apiVersion: podscore.io/v1alpha1 and kind: Configuration or Exemptions"},
		{"comments only", "# soon\n", "f: the file is empty: write apiVersion: podscore.io/v1alpha1 and kind: Configuration or Exemptions"},
		{"an empty document", "---\n---\n" + one(), "f:2:1: the document is empty: write apiVersion: podscore.io/v1alpha1 and kind: Configuration or Exemptions, or take it away"},
		{"no UTF-8", "kind: \xff", "f: the file is not UTF-8: save it in that encoding"},
		{"UTF-16", "\xff\xfek\x00", "f: the file is not UTF-8: save it in that encoding"},
		{"1 MiB", one() + "#" + strings.Repeat("x", MaxFileSize-len(one())-1), ""},
		{"more than 1 MiB", strings.Repeat("#", MaxFileSize+1), "f: the file has more than 1048576 bytes: divide it"},
		{"a list", "- a\n", "f:1:1: the document is a list: write a mapping with apiVersion and kind"},
		{"text", "hello", `f:1:1: the document is the text "hello": write a mapping with apiVersion and kind`},
		{"a tab", "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions:\n\t- name: a\n", "f:4:1: YAML does not indent by tabs: use spaces"},
		{"a tab after spaces", teams + "name: a\n \treason: b\n", "f:5:2: YAML does not indent by tabs: use spaces"},
		{"no YAML", "kind: [\n", "f:2:1: this is not YAML: did not find expected node content"},
		{"no YAML, in the first line", "kind: 'a", "f:1:1: this is not YAML: found unexpected end of stream"},
		{"a mistake, and later no YAML", ours + "foo: 1\n---\nkind: ]\n", "f:3:1: unknown field \"foo\": a Configuration has apiVersion, kind, preset, checks, requireExpiry, maxExpiry, limits and exemptions\nf:5:1: this is not YAML: did not find expected node content"},
		{"a control character", "kind: \x01", "f:1:1: this is not YAML: control characters are not allowed"},

		{"no kind", "apiVersion: podscore.io/v1alpha1\n", "f:1:1: kind is missing: write Configuration or Exemptions"},
		{"another kind", "apiVersion: podscore.io/v1alpha1\nkind: Pod\n", `f:2:7: kind: unknown kind "Pod": use one of Configuration and Exemptions`},
		{"a kind that is no text", "apiVersion: podscore.io/v1alpha1\nkind: 1\n", "f:2:7: kind is the number 1 and has to be text: put it in quotes"},
		{"a misspelled kind", "apiVersion: podscore.io/v1alpha1\nkind: exemption\nexemptions: 1\n", "f:2:7: kind: unknown kind \"exemption\": did you mean Exemptions?\nf:3:13: exemptions is the number 1: write a list of exemptions, or [] for none"},
		{"no version", "kind: Exemptions\nexemptions: []\n", "f:1:1: apiVersion is missing: write podscore.io/v1alpha1"},
		{"a version that is no text", "apiVersion: 1\nkind: Exemptions\nexemptions: []\n", "f:1:13: apiVersion is the number 1 and has to be text: put it in quotes"},
		{"a later version, with what only it has", "apiVersion: podscore.io/v1beta1\nkind: Exemptions\nspec: {}\n", `f:1:13: apiVersion: "podscore.io/v1beta1" is not known: this podscore knows podscore.io/v1alpha1`},
		{"two Configurations", ours + "---\n" + ours, "f:4:1: this is the second Configuration of the file: there is one over all files, and any number of Exemptions"},

		{"an anchor and an alias", ours + "preset: &p cis\nchecks: *p\n", "f:3:9: anchors (&p) are not read: write the values out, and let a program repeat them if there are many\nf:4:9: aliases (*p) are not read: write the values out, and let a program repeat them if there are many"},
		{"a merge key", ours + "limits: {<<: {}}\n", "f:3:10: merge keys (<<) are not read: write the values out, and let a program repeat them if there are many"},
		{"a key that is a list", ours + "[a]: b\n", "f:3:1: a key is a list: write text"},
		{"a key that is a number", ours + "1: b\n", "f:3:1: a key is the number 1 and has to be text: put it in quotes"},
		{"a key that is an alias", ours + "*a : b\n", "f:3:1: this is not YAML: unknown anchor 'a' referenced"},
		{"a doubled key", ours + "preset: cis\npreset: all\n", "f:4:1: \"preset\" is given twice: line 3 has it already"},
		{"a type of its own", ours + "preset: !mine cis\n", "f:3:9: preset is of the type !mine and has to be text: put it in quotes"},
		{"a scalar that says that it is a mapping", ours + "limits: !!map x\n", "f:3:9: limits is of the type !!map: write a mapping with exemptionSeries or workloadSeries"},
	} {
		t.Run(c.name, func(t *testing.T) { compareErrors(t, c.text, c.want) })
	}
}

// compareErrors requires of a file, whose path is f, that all that is wrong with it is
// told in these words.
func compareErrors(t *testing.T, text, want string) {
	t.Helper()
	is := settle([]content{parse(source{path: "f"}, []byte(text))}, nil, rules{}, now)
	if got := is.errors.Error(); got != want {
		t.Errorf("the errors are\n%s\nwant\n%s\nof\n%s", got, want, short(text))
	}
}

// TestGarbage: a file with any number of mistakes has a bounded number of errors.
func TestGarbage(t *testing.T) {
	c := parse(source{path: "f"}, []byte(ours+strings.Repeat("x: 1\n", 5000)))
	if last := c.errors[0].Error(); len(c.errors) != mostErrors+1 || last != "f: more than 1000 mistakes: the others are not told" {
		t.Errorf("%d errors, and the first says %s", len(c.errors), last)
	}
}

// TestLarge: the largest files of all shapes are read in the time that a test has, however
// wrong they are.
func TestLarge(t *testing.T) {
	for _, piece := range []string{"[", "{a: ", "- ", "? ", "a: b\n", "- a\n", "a", "'", "#\n", "---\n", "&a ", "!a ", "\n", "|\n", "- {name: a}\n"} {
		text := strings.Repeat(piece, MaxFileSize/len(piece))
		for _, beginning := range []string{"", ours + "exemptions:\n"} {
			if c := parse(source{path: "f"}, []byte(beginning+text[:len(text)-len(beginning)])); len(c.errors) == 0 {
				t.Errorf("a file of %q only is valid", piece)
			}
		}
	}
}
