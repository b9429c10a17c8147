package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// board is one dashboard.
type board struct {
	uid, title, says string
	from, refresh    string
	variables        []dashboard.VariableModel
	rows             []row
}

// row is panels side by side, which fill the 24 columns; a row with a title
// has it above them.
type row struct {
	title  string
	height uint32
	panels []panel
}

// panel is what every panel has. A kind is a number, lines or a table.
type panel struct {
	title, says string
	width       uint32
	unit        unit
	steps       steps
	none        string // what stands there when the result is empty
	shows       kind
}

type kind interface {
	fill(p *dashboard.Panel)
}

// classic is the schema that every Grafana reads, and that sidecars provision.
//
//nolint:staticcheck // its successor is for the newest Grafanas alone
type classic = dashboard.Dashboard

// dashboard lays the rows out from the top to the bottom.
func (b board) dashboard() classic {
	d := *dashboard.NewDashboard()
	d.Uid, d.Title, d.Description = &b.uid, &b.title, &b.says
	d.Tags = []string{"podscore", "security"}
	d.Time = &dashboard.DashboardDashboardTime{From: b.from, To: "now"}
	d.Refresh = &b.refresh
	d.GraphTooltip = new(dashboard.DashboardCursorSyncCrosshair)
	d.Templating.List = b.variables
	d.Links = []dashboard.DashboardLink{others}

	var y, id uint32
	for _, r := range b.rows {
		if r.title != "" {
			id++
			d.Panels = append(d.Panels, heading(r.title, id, y))
			y++
		}
		var x uint32
		for _, p := range r.panels {
			id++
			built := p.build()
			built.Id = new(id)
			built.GridPos = &dashboard.GridPos{X: x, Y: y, W: p.width, H: r.height}
			d.Panels = append(d.Panels, dashboard.PanelOrRowPanel{Panel: &built})
			x += p.width
		}
		y += r.height
	}
	return d
}

func (p panel) build() dashboard.Panel {
	built := dashboard.Panel{
		Title:       &p.title,
		Description: &p.says,
		Datasource:  &source,
		FieldConfig: &dashboard.FieldConfigSource{
			Defaults: dashboard.FieldConfig{
				Unit:     &p.unit.name,
				Decimals: &p.unit.decimals,
				NoValue:  &p.none,
				Color:    &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdThresholds},
			},
			Overrides: []dashboard.DashboardFieldConfigSourceOverrides{},
		},
	}
	if p.steps == nil {
		p.steps = neutral
	}
	built.FieldConfig.Defaults.Thresholds = p.steps.config()
	p.shows.fill(&built)
	return built
}

func (s steps) config() *dashboard.ThresholdsConfig {
	return &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: s}
}

func heading(title string, id, y uint32) dashboard.PanelOrRowPanel {
	return dashboard.PanelOrRowPanel{RowPanel: &dashboard.RowPanel{
		Type: "row", Title: &title, Id: id, Panels: []dashboard.Panel{},
		GridPos: &dashboard.GridPos{Y: y, W: 24, H: 1},
	}}
}

// others links to the other dashboards. The time range stays behind: a day is
// too short for Trends, and 90 days are too long for the others.
var others = dashboard.DashboardLink{
	Title: "podscore", Type: dashboard.DashboardLinkTypeDashboards,
	Tags: []string{"podscore"}, IncludeVars: true,
}

// source is the data source that the reader chooses.
var source = common.DataSourceRef{Type: new("prometheus"), Uid: new("${datasource}")}
