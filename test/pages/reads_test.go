package pages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/workload"
)

// libraries has the constants of Kubernetes' libraries by which podscore names annotations.
var libraries = map[string]string{
	"InitialEventsAnnotationKey":                         metav1.InitialEventsAnnotationKey,
	"DeprecatedAppArmorBetaContainerAnnotationKeyPrefix": corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix,
}

// notRead has keys in the code that are not those of labels and annotations that podscore
// reads.
var notRead = map[string]string{
	"app.kubernetes.io/part-of": "podscore writes it on its Lease",
	"beta.kubernetes.io/os":     "a node's label: it is read in node selectors and affinity",
}

// TestWhatAuthorsWrite: the table of labels and annotations in docs/threat-model.md has
// those that the code reads, and no others.
func TestWhatAuthorsWrite(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	const page, heading = "docs/threat-model.md", "## What authors write"
	_, section, found := strings.Cut(read(t, root, page), heading)
	if !found {
		t.Fatalf("%s has no section %q", page, heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	told := map[string]bool{}
	for row := range strings.SplitSeq(section, "\n") {
		if first, _, isRow := strings.Cut(strings.TrimPrefix(row, "| "), " | "); isRow {
			for _, key := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(first, -1) {
				told[strings.TrimSuffix(key[1], "…")] = true
			}
		}
	}
	inCode := keysInCode(t, root)
	for key := range inCode {
		if !told[key] && !workload.Reads([]byte(key)) && notRead[key] == "" {
			t.Errorf("the code has the key %q, and %s does not say that podscore reads it: add a row, or say in notRead why not", key, page)
		}
	}
	for key := range told {
		if !inCode[key] && !workload.Reads([]byte(key)) {
			t.Errorf("%s says that podscore reads %q, and no code has it", page, key)
		}
	}
	for key := range notRead {
		if !inCode[key] {
			t.Errorf("notRead has %q, and no code has it", key)
		}
	}
}

// keysInCode returns the keys of labels and annotations in podscore's code: literals with a
// prefix, and the constants of libraries whose name says that they are an annotation's.
func keysInCode(t *testing.T, root string) map[string]bool {
	t.Helper()
	keys, prefixed := map[string]bool{}, regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+/[A-Za-z0-9._-]+$`)
	note := func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if text, err := strconv.Unquote(node.Value); err == nil && node.Kind == token.STRING && prefixed.MatchString(text) {
				keys[text] = true
			}
		case *ast.SelectorExpr:
			if name := node.Sel.Name; strings.Contains(name, "AnnotationKey") {
				if libraries[name] == "" {
					t.Errorf("the code uses %s: add its value to libraries in this test", name)
				}
				keys[libraries[name]] = true
			}
		}
		return true
	}
	for _, room := range []string{"cmd", "controllers", "metrics", "policy", "posture", "securitycontext", "serving", "sparse", "workload"} {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				ast.Inspect(file, note)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return keys
}
