package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What is tried here: a module of one rule, half of which its test looks at.
const (
	rule = `package rule

func Allowed(n int) bool {
	if n < 0 {
		return false
	}
	return n != 7
}

func Greet(name string) string { return "hello " + name } // one mutant of it does not compile
`
	halfATest = `package rule

import "testing"

func TestAllowed(t *testing.T) {
	if Allowed(-1) || Allowed(7) || !Allowed(6) || Greet("a") != "hello a" {
		t.Fatal("wrong")
	}
}
`
)

// TestRun: a mutant that no test finds is told, and is no fault once it is
// listed; what is listed and found, or is not there, is a fault again.
func TestRun(t *testing.T) {
	unseen := `- {file: rule/rule.go, line: "if n < 0 {", change: "< -> <=", why: 0 is a special case}` + "\n"
	of0 := `- {file: rule/rule.go, line: "if n < 0 {", change: "0 -> 1", why: so is it here}` + "\n"
	for _, c := range []struct {
		name, list string
		want       []string // in the error; none for no error
	}{
		{"nothing listed", "[]", []string{
			"no test finds this one: rule/rule.go: if n < 0 {: < -> <=", "no test finds this one: rule/rule.go: if n < 0 {: 0 -> 1",
		}},
		{"all listed", unseen + of0, nil},
		{"one is found", unseen + of0 + `- {file: rule/rule.go, line: "return n != 7", change: "!= -> ==", why: nobody looks}`, []string{
			"a test finds this one, take it off the list: rule/rule.go: return n != 7: != -> ==",
		}},
		{"one is gone", unseen + of0 + `- {file: rule/rule.go, line: "return n != 8", change: "!= -> ==", why: it was there}`, []string{
			"there is no such mutant, take it off the list: rule/rule.go: return n != 8: != -> ==",
		}},
		{"one of another file", unseen + of0 + `- {file: other.go, line: x, change: y, why: z}`, nil},
		{"one without a reason", unseen + `- {file: rule/rule.go, line: x, change: y, why: " "}`, []string{"no reason why"}},
		{"one twice", unseen + unseen, []string{"listed twice"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			writeModule(t, root, map[string]string{"rule/rule_test.go": halfATest, "list.yaml": c.list})
			err := run(t.Context(), root, "list.yaml", []string{"rule"}, 2, time.Minute)
			var told []string
			if err != nil {
				told = strings.Split(err.Error(), "\n")
			}
			if len(told) != len(c.want) {
				t.Fatalf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(c.want, "\n"))
			}
			for _, want := range c.want {
				if !strings.Contains(strings.Join(told, "\n"), want) {
					t.Errorf("told\n%s\nwithout\n%s", strings.Join(told, "\n"), want)
				}
			}
		})
	}
}

// TestFailingAnyway: tests that fail while no mutant is awake are told, and find nothing. Those
// that count allocations are left out, because mutants change these.
func TestFailingAnyway(t *testing.T) {
	const failing = "package rule\n\nimport \"testing\"\n\nfunc %s(t *testing.T) { t.Fatal(\"wrong\") }\n"
	for name, want := range map[string]string{
		"TestNothing":          "the tests of rule fail",
		"TestAllocatesNothing": "no test finds this one",
	} {
		root := t.TempDir()
		writeModule(t, root, map[string]string{"rule/rule_test.go": fmt.Sprintf(failing, name), "list.yaml": "[]"})
		if err := run(t.Context(), root, "list.yaml", []string{"rule"}, 2, time.Minute); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("where %s fails, it tells %v; want that %s", name, err, want)
		}
	}
}

// writeModule writes files into a new module, which has the rule.
func writeModule(t *testing.T, root string, files map[string]string) {
	t.Helper()
	files["go.mod"], files["rule/rule.go"] = "module example.com/rule\n\ngo 1.26\n", rule
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
