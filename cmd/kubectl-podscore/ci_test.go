//go:build unix

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/pages"
)

// TestCI runs the commands of docs/ci.md in a repository with the files that it shows, of
// which a change makes nothing worse, and of which one does: then those fail that are a gate.
func TestCI(t *testing.T) {
	path := newPath(t)
	blocks := ciBlocks(t)
	for _, worse := range []bool{false, true} {
		t.Run(fmt.Sprintf("worse=%t", worse), func(t *testing.T) {
			makeRepository(t, blocks, worse)
			ran := 0
			for _, block := range blocks {
				for _, script := range scriptsOf(t, block) {
					if strings.Contains(script, "gh release download ") {
						continue // there is nothing that it could take
					}
					ran++
					want := 0
					if worse && strings.Contains(script, "podscore") && !strings.Contains(script, "--fail-on none") {
						want = 1
					}
					script = "set -e\n" + strings.ReplaceAll(script, "/manifests", "deploy")
					if status, out, errOut := shell(t, path, script); status != want {
						t.Errorf("%v: it ends with %d, want %d\n%s\n%s%s", block, status, want, script, out, errOut)
					}
					if strings.Contains(script, "git worktree add base ") {
						git(t, "worktree", "remove", "--force", "base")
					}
				}
			}
			if ran < 9 {
				t.Errorf("%d commands were run: does this test still find them?", ran)
			}
			inspect(t, path)
		})
	}
}

func ciBlocks(t *testing.T) []pages.Block {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := pages.Blocks(root, filepath.Join("docs", "ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	return blocks
}

// makeRepository makes a Git repository in a new working directory, with a commit that is
// compared with: of the same, or of less.
func makeRepository(t *testing.T, blocks []pages.Block, worse bool) {
	t.Helper()
	t.Chdir(t.TempDir())
	files := map[string]string{"deploy/cart.yaml": good, "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "chart/templates/cart.yaml": good}
	for _, block := range blocks {
		if name, isFile := strings.CutPrefix(strings.Split(block.Text, "\n")[0], "# "); isFile && block.Language == "yaml" {
			files[name] = block.Text
		}
	}
	files["check/podscore.yaml"] = files["deploy/podscore.yaml"]
	write(t, files)
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	git(t, "init", "--quiet")
	git(t, "add", "deploy", "chart")
	git(t, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=a")
	t.Setenv("BASE", git(t, "rev-parse", "HEAD"))
	t.Setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", os.Getenv("BASE"))
	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(t.TempDir(), "summary.md"))
	if worse {
		write(t, map[string]string{"deploy/cart.yaml": bare, "chart/templates/cart.yaml": bare})
	}
}

func write(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func git(t *testing.T, args ...string) string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), "git", args...).Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return strings.TrimSpace(string(said))
}

// scriptsOf returns the commands of a block: those of a shell, of the steps of a workflow,
// of jobs, of hooks, and of containers.
func scriptsOf(t *testing.T, block pages.Block) []string {
	t.Helper()
	if block.Language == "sh" {
		return []string{block.Text}
	}
	var fields any
	if err := yaml.UnmarshalStrict([]byte(block.Text), &fields); err != nil {
		t.Fatalf("%v: %v", block, err)
	}
	return scriptsIn(fields)
}

func scriptsIn(value any) (found []string) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			found = append(found, scriptsIn(item)...)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			switch key {
			case "run", "entry":
				found = append(found, fmt.Sprint(value[key]))
			case "script":
				found = append(found, joined(value[key], "\n"))
			case "command":
				found = append(found, joined(value[key], " "))
			default:
				found = append(found, scriptsIn(value[key])...)
			}
		}
	}
	return found
}

func joined(list any, by string) string {
	var words []string
	for _, word := range list.([]any) {
		words = append(words, fmt.Sprint(word))
	}
	return strings.Join(words, by)
}

// inspect requires of what the commands wrote, and of what kustomize makes, that it is there.
func inspect(t *testing.T, path string) {
	t.Helper()
	for file, want := range map[string]string{"podscore.sarif": `"version": "2.1.0"`, "podscore.xml": "<testsuites", os.Getenv("GITHUB_STEP_SUMMARY"): "Before: "} {
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s has no %q: %v\n%s", file, want, err, text)
		}
	}
	for _, folder := range []string{"deploy", "check"} {
		status, made, errOut := shell(t, path, "kubectl kustomize --load-restrictor LoadRestrictionsNone "+folder)
		if status != 0 || !strings.Contains(made, "kind: ConfigMap") || !strings.Contains(made, "cart.yaml: |") {
			t.Errorf("kustomize makes of %s no ConfigMap with the manifests: %s%s", folder, made, errOut)
		}
	}
}

// TestCIWorkflow: actionlint finds nothing in the workflow that docs/ci.md shows.
func TestCIWorkflow(t *testing.T) {
	actionlint := harness.Program(t, "ACTIONLINT")
	for _, block := range ciBlocks(t) {
		if !strings.HasPrefix(block.Text, "# .github/workflows/") {
			continue
		}
		file := filepath.Join(t.TempDir(), "podscore.yml")
		if err := os.WriteFile(file, []byte(block.Text), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.CommandContext(t.Context(), actionlint, file).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", block, err, said)
		}
		return
	}
	t.Error("docs/ci.md shows no workflow")
}
