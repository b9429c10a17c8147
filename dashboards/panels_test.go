package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// each runs a test for every dashboard.
func each(t *testing.T, test func(t *testing.T, b board, d classic)) {
	for name, b := range all {
		t.Run(name, func(t *testing.T) { test(t, b, b.dashboard()) })
	}
}

// panelsOf are a dashboard's panels without the rows' headings.
func panelsOf(d classic) []*dashboard.Panel {
	var panels []*dashboard.Panel
	for _, p := range d.Panels {
		if p.Panel != nil {
			panels = append(panels, p.Panel)
		}
	}
	return panels
}

func TestDashboards(t *testing.T) {
	uids, titles := map[string]bool{}, map[string]bool{}
	each(t, func(t *testing.T, b board, d classic) {
		if uids[b.uid] || titles[b.title] || len(b.uid) < 8 || len(b.uid) > 40 {
			t.Errorf("uid %q and title %q must be unique, and the uid 8 to 40 characters long", b.uid, b.title)
		}
		uids[b.uid], titles[b.title] = true, true
		if b.says == "" || b.from == "" || b.refresh == "" {
			t.Error("give it a description, a time range and a refresh interval")
		}
		if !slices.Contains(d.Tags, "podscore") {
			t.Error("the tag podscore is missing: the other dashboards find it by that")
		}
		if len(b.variables) == 0 || b.variables[0].Name != "datasource" {
			t.Error("the first variable must be the data source")
		}
		for _, v := range b.variables {
			if v.Type == dashboard.VariableTypeQuery && (v.Datasource == nil || *v.Datasource.Uid != "${datasource}") {
				t.Errorf("variable %s must ask ${datasource}", v.Name)
			}
		}
	})
}

var aSentence = regexp.MustCompile(`[.!?](\s|$)`)

func TestPanels(t *testing.T) {
	each(t, func(t *testing.T, _ board, d classic) {
		ids, titles := map[uint32]bool{}, map[string]bool{}
		for _, p := range d.Panels {
			id := uint32(0)
			if p.Panel != nil {
				id = *p.Panel.Id
			} else {
				id = p.RowPanel.Id
			}
			if id == 0 || ids[id] {
				t.Errorf("id %d is 0 or not unique", id)
			}
			ids[id] = true
		}
		for _, p := range panelsOf(d) {
			title, says, defaults := *p.Title, *p.Description, p.FieldConfig.Defaults
			if title == "" || titles[title] {
				t.Errorf("panel %d: the title %q is empty or not unique", *p.Id, title)
			}
			titles[title] = true
			if sentences := len(aSentence.FindAllString(says, -1)); sentences < 1 || sentences > 2 || !strings.HasSuffix(says, ".") {
				t.Errorf("%s: describe it in one or two sentences, with a full stop: %q", title, says)
			}
			if *defaults.Unit == "" {
				t.Errorf("%s: say in which unit the numbers are", title)
			}
			if *defaults.NoValue == "" {
				t.Errorf("%s: say what stands there when the result is empty", title)
			}
			if !slices.Contains([]string{"stat", "timeseries", "table"}, p.Type) {
				t.Errorf("%s: the tests in test/dashboards do not know panels of type %q", title, p.Type)
			}
			testSource(t, title, p.Datasource)
			if len(p.Targets) == 0 {
				t.Errorf("%s: it asks nothing", title)
			}
			for _, target := range p.Targets {
				testSource(t, title, target.(prometheus.Dataquery).Datasource)
			}
		}
	})
}

func testSource(t *testing.T, title string, source *common.DataSourceRef) {
	t.Helper()
	if source == nil || *source.Uid != "${datasource}" {
		t.Errorf("%s: the panel and every query must ask ${datasource}", title)
	}
}

// TestGrid requires that panels fill the 24 columns: no two in one place, no
// holes, none beyond the edge.
func TestGrid(t *testing.T) {
	each(t, func(t *testing.T, _ board, d classic) {
		taken, bottom := map[[2]uint32]string{}, uint32(0)
		for _, p := range d.Panels {
			title, at := "", (*dashboard.GridPos)(nil)
			if p.Panel != nil {
				title, at = *p.Panel.Title, p.Panel.GridPos
			} else {
				title, at = *p.RowPanel.Title, p.RowPanel.GridPos
			}
			if at.W == 0 || at.H == 0 || at.X+at.W > 24 {
				t.Errorf("%s: %d columns from column %d, %d high: the widths of a row must add up to 24", title, at.W, at.X, at.H)
			}
			for x := at.X; x < at.X+at.W; x++ {
				for y := at.Y; y < at.Y+at.H; y++ {
					if other, there := taken[[2]uint32{x, y}]; there {
						t.Fatalf("%s lies upon %s", title, other)
					}
					taken[[2]uint32{x, y}] = title
				}
			}
			bottom = max(bottom, at.Y+at.H)
		}
		if uint32(len(taken)) != 24*bottom {
			t.Error("there are holes: the widths of a row must add up to 24")
		}
	})
}

var dashboardLink = regexp.MustCompile(`/d/([^/?"]+)`)

func TestLinks(t *testing.T) {
	each(t, func(t *testing.T, b board, _ classic) {
		for _, link := range dashboardLink.FindAllStringSubmatch(string(shipped(t, b)), -1) {
			known := false
			for _, other := range all {
				known = known || other.uid == link[1]
			}
			if !known {
				t.Errorf("a link goes to a dashboard with the uid %q, and there is none", link[1])
			}
		}
	})
}

func shipped(t *testing.T, b board) []byte {
	t.Helper()
	content, err := render(b)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
