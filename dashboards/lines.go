package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// lines are values over time.
type lines struct {
	of      []line
	max     float64 // of the axis; 0 leaves it to the values
	stacked bool
	every   string // the shortest step, such as "5m"
}

// line is one query. Without a colour of its own it may give several series, to
// which Grafana gives a colour each.
type line struct {
	expr, legend, color string
}

func (l lines) fill(p *dashboard.Panel) {
	p.Type = "timeseries"
	for i, one := range l.of {
		p.Targets = append(p.Targets, prometheus.Dataquery{
			RefId: new(string(rune('A' + i))), Datasource: &source, Expr: one.expr,
			EditorMode: new(prometheus.QueryEditorModeCode),
			Format:     new(prometheus.PromQueryFormatTimeSeries),
			Instant:    new(false), Range: new(true),
			LegendFormat: &one.legend,
		})
		if one.color != "" {
			p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, override(one.legend, "color", fixed(one.color)))
		}
	}
	if l.every != "" {
		p.Interval = &l.every
	}
	d := &p.FieldConfig.Defaults
	if l.several() {
		d.Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdPaletteClassic}
	}
	d.Min = new(0.0)
	if l.max > 0 {
		d.Max = &l.max
	}
	drawing := l.drawing()
	if *d.Decimals == 0 { // whole numbers, for which an axis to 1 is the shortest
		drawing.AxisSoftMax = new(1.0)
	} else { // the axis knows best how many digits it needs
		d.Decimals = nil
	}
	d.Custom = drawing
	p.Options = timeseries.Options{Legend: l.legend(), Tooltip: common.VizTooltipOptions{
		Mode: common.TooltipDisplayModeMulti, Sort: common.SortOrderDescending,
	}}
}

func (l lines) drawing() timeseries.FieldConfig {
	drawing := timeseries.FieldConfig{
		DrawStyle:         new(common.GraphDrawStyleLine),
		LineInterpolation: new(common.LineInterpolationLinear),
		LineWidth:         new(2.0),
		FillOpacity:       new(8.0),
		GradientMode:      new(common.GraphGradientModeOpacity),
		ShowPoints:        new(common.VisibilityModeNever),
		SpanNulls:         &common.BoolOrFloat64{Bool: new(false)},
		AxisPlacement:     new(common.AxisPlacementAuto),
		Stacking:          &common.StackingConfig{Mode: new(common.StackingModeNone), Group: new("A")},
	}
	if l.stacked {
		drawing.Stacking.Mode = new(common.StackingModeNormal)
		drawing.LineWidth, drawing.FillOpacity = new(1.0), new(60.0)
		drawing.GradientMode = new(common.GraphGradientModeNone)
	}
	if l.several() {
		drawing.FillOpacity = new(0.0)
	}
	return drawing
}

// legend has the last values, beside the drawing where lines may be several.
func (l lines) legend() common.VizLegendOptions {
	legend := common.VizLegendOptions{
		DisplayMode: common.LegendDisplayModeTable, Placement: common.LegendPlacementBottom,
		ShowLegend: true, Calcs: []string{"lastNotNull"},
	}
	if l.several() {
		legend.Placement = common.LegendPlacementRight
	}
	return legend
}

func (l lines) several() bool {
	return l.of[0].color == ""
}

func fixed(color string) dashboard.FieldColor {
	return dashboard.FieldColor{Mode: dashboard.FieldColorModeIdFixed, FixedColor: &color}
}

// override sets one property of the series or column of that name.
func override(name, property string, value any) dashboard.DashboardFieldConfigSourceOverrides {
	return dashboard.DashboardFieldConfigSourceOverrides{
		Matcher:    dashboard.MatcherConfig{Id: "byName", Options: name},
		Properties: []dashboard.DynamicConfigValue{{Id: property, Value: value}},
	}
}
