// Package workflows holds what runs on GitHub to the rules of a supply chain.
// Nothing here can run it; actionlint checks its syntax.
package workflows

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/harness"
)

const root = "../.."

type job struct {
	Needs       any               `json:"needs"`
	Uses        string            `json:"uses"`
	Env         map[string]string `json:"env"`
	Permissions map[string]string `json:"permissions"`
	Steps       []struct {
		Uses string         `json:"uses"`
		Run  string         `json:"run"`
		With map[string]any `json:"with"`
	} `json:"steps"`
}

type workflow struct {
	Env         map[string]string  `json:"env"`
	Permissions *map[string]string `json:"permissions"`
	Jobs        map[string]job     `json:"jobs"`
}

// workflows reads all of them, by file.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	paths, err := filepath.Glob(root + "/.github/workflows/*.yml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	found := map[string]workflow{}
	for _, path := range paths {
		var read workflow
		harness.ReadYAML(t, path, &read)
		found[filepath.Base(path)] = read
	}
	return found
}

var (
	uses   = regexp.MustCompile(`(?m)^ *-? *uses: (.+)$`)
	pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+( |$)`)
)

// TestActionsArePinned: a tag can be moved, a commit cannot. The version beside it
// is for who reads and who updates. The same holds for what docs/ci.md shows.
func TestActionsArePinned(t *testing.T) {
	files := []string{"docs/ci.md"}
	for name := range workflows(t) {
		files = append(files, filepath.Join(".github/workflows", name))
	}
	for _, name := range files {
		text := harness.Read(t, filepath.Join(root, name))
		for _, use := range uses.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(use[1], "./") && !pinned.MatchString(use[1]) {
				t.Errorf("%s uses %s: name the commit, with the version in a comment", name, use[1])
			}
		}
	}
}

// TestSecretsGoToTheirStep, and to no other: what stands in the environment of a
// job or a workflow, every action in it can read.
func TestSecretsGoToTheirStep(t *testing.T) {
	for name, w := range workflows(t) {
		environments := map[string]map[string]string{name: w.Env}
		for id, job := range w.Jobs {
			environments[name+", job "+id] = job.Env
			for _, step := range job.Steps {
				if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
					t.Errorf("%s, job %s: checkout leaves its token to the steps after it: set persist-credentials to false", name, id)
				}
			}
		}
		for where, env := range environments {
			for variable, value := range env {
				if strings.Contains(value, "secrets.") {
					t.Errorf("%s: %s is %s: give it to the step that needs it", where, variable, value)
				}
			}
		}
	}
}

// TestPermissionsAreFew: every workflow says which it has. One job alone may write to the
// repository: it publishes what another has built, and runs nothing of the sources.
func TestPermissionsAreFew(t *testing.T) {
	may := map[string]string{"contents": "read", "id-token": "write", "attestations": "write"}
	for name, w := range workflows(t) {
		if w.Permissions == nil {
			t.Errorf("%s has no permissions: without them it has the repository's defaults", name)
			continue
		}
		given := map[string]map[string]string{name: *w.Permissions}
		for id, job := range w.Jobs {
			if name == "release.yml" && id == "publish" {
				publishes(t, job)
				continue
			}
			given[name+", job "+id] = job.Permissions
		}
		for where, permissions := range given {
			for scope, access := range permissions {
				if may[scope] != access {
					t.Errorf("%s: %s: %s is more than it needs", where, scope, access)
				}
			}
		}
	}
}

// publishes requires of the job that writes to the repository that it does nothing else.
func publishes(t *testing.T, job job) {
	t.Helper()
	if len(job.Permissions) != 1 || job.Permissions["contents"] != "write" || len(job.Steps) != 2 {
		t.Errorf("release.yml, job publish: it has %v and %d steps, want contents: write and two", job.Permissions, len(job.Steps))
	}
	for _, step := range job.Steps {
		if step.Uses != "" && !strings.HasPrefix(step.Uses, "actions/download-artifact@") || step.Run != "" && !strings.HasPrefix(step.Run, "gh release create ") {
			t.Errorf("release.yml, job publish: it runs %s%s, beside a token that writes to the repository", step.Uses, step.Run)
		}
	}
}

// TestReleaseWaitsForCI: each of its jobs does, by itself or by another.
func TestReleaseWaitsForCI(t *testing.T) {
	jobs := workflows(t)["release.yml"].Jobs
	for id, job := range jobs {
		for next := job; next.Uses != "./.github/workflows/ci.yml"; {
			before, is := next.Needs.(string)
			if !is {
				t.Errorf("release.yml: job %s does not wait for ci.yml", id)
				break
			}
			next = jobs[before]
		}
	}
}

// TestToolchain: what go.mod names, and CI and govulncheck therefore use, is what
// the image is built with.
func TestToolchain(t *testing.T) {
	version := func(file, pattern string) string {
		text := harness.Read(t, filepath.Join(root, file))
		found := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("%s has nothing like %s", file, pattern)
		}
		return found[1]
	}
	names := version("go.mod", `(?m)^toolchain go(\S+)$`)
	if ships := version("Dockerfile", `(?m)^ARG BUILDER_IMAGE=docker\.io/library/golang:([\d.]+)`); ships != names {
		t.Errorf("the image is built with Go %s, and go.mod has the toolchain %s", ships, names)
	}
}
