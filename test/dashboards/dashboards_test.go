package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/dashboards/page"
	"github.com/podscore/podscore/test/harness"
)

// settings are those of `make dashboards`, but for the pictures, which go to a
// folder of the test's. It skips the test where something is not there; where
// PODSCORE_REQUIRE_ALL is true, as `make test` does, it fails instead.
func settings(t *testing.T) options {
	t.Helper()
	o := options{
		podscore: filepath.Join(t.TempDir(), "podscore"), prometheus: os.Getenv("PROMETHEUS"), promtool: os.Getenv("PROMTOOL"),
		web: "test/dashboards/web", boards: "charts/podscore/dashboards", out: t.TempDir(),
		say: t.Logf,
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", o.podscore, "github.com/podscore/podscore/cmd/podscore")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if err := o.complete(true); err != nil {
		harness.Skip(t, err)
	}
	return o
}

func TestDashboards(t *testing.T) {
	o := settings(t)
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	if err := check(ctx, o); err != nil {
		t.Error(err)
	}
	boards, err := page.List(o.boards)
	if err != nil || len(boards) != 4 {
		t.Errorf("%d dashboards, want 4: %v", len(boards), err)
	}
	for _, name := range []string{"overview.png", "namespace.png", "trends.png", "podscore.png"} {
		if _, err := os.Stat(filepath.Join(o.out, name)); err != nil {
			t.Errorf("no picture: %v", err)
		}
	}
}

// What the checks find must be found: a page with everything wrong with it.
func TestProblems(t *testing.T) {
	fine := seen{State: "ready", Panels: []seenPanel{{Title: "Score", State: "data", Drawn: true}}, Links: []string{"/d/podscore-trends"}}
	boards := []page.Dashboard{{UID: "podscore-trends"}}
	right := func(p seenPanel) bool { return p.State == "data" }
	if err := fine.problems(right); err != nil {
		t.Errorf("a page without problems has %v", err)
	}
	if err := fine.deadLinks(boards); err != nil {
		t.Errorf("a page with a good link has %v", err)
	}
	for what, spoil := range map[string]func(*seen){
		"not ready":     func(s *seen) { s.State = "error" },
		"no panels":     func(s *seen) { s.Panels = nil },
		"an error":      func(s *seen) { s.Panels = []seenPanel{{State: "error", Error: "bad_data", Drawn: true}} },
		"nothing drawn": func(s *seen) { s.Panels = []seenPanel{{State: "data"}} },
		"a complaint":   func(s *seen) { s.Complaints = []string{"uncaught: TypeError"} },
	} {
		spoilt := fine
		spoil(&spoilt)
		if spoilt.problems(right) == nil {
			t.Errorf("a page with %s has no problems", what)
		}
	}
	fine.Links = []string{"/d/podscore-trend"}
	if fine.deadLinks(boards) == nil {
		t.Error("a link to no dashboard is no problem")
	}
}

func TestResolve(t *testing.T) {
	namespace := variable{Name: "namespace", AllValue: ".*"}
	namespace.Current.Value = []any{"$__all"}
	got, err := resolve(`rate(x{namespace=~"$namespace",cluster=~"${namespace:regex}"}[$__rate_interval])`, []variable{namespace}, 15*time.Second, time.Hour)
	if want := `rate(x{namespace=~".*",cluster=~".*"}[60s])`; got != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if _, err := resolve("$unheard", nil, time.Second, time.Hour); err == nil {
		t.Error("a variable that there is not has a value")
	}
}

func TestNoEmptyPanelIsListedInVain(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	boards, err := page.List(filepath.Join(root, "charts", "podscore", "dashboards"))
	if err != nil {
		t.Fatal(err)
	}
	uids := map[string]bool{}
	for _, d := range boards {
		uids[d.UID] = true
		b, err := readBoard(d.File)
		if err != nil {
			t.Fatal(err)
		}
		if err := emptyPanelsExist(d.UID, b); err != nil {
			t.Error(err)
		}
	}
	for _, empty := range rightlyEmpty {
		if !uids[empty.uid] {
			t.Errorf("there is no dashboard %s: correct the list in test/dashboards/empty.go", empty.uid)
		}
	}
}
