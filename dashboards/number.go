package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
)

// number is one large number, as it is now. The query is an instant one: the
// last point of a range would still stand there when podscore is long gone.
type number struct {
	expr string
	say  say
}

func (n number) fill(p *dashboard.Panel) {
	p.Type = "stat"
	p.Targets = []variants.Dataquery{instant("A", n.expr)}
	p.FieldConfig.Defaults.Mappings = n.say.mappings()
	p.Options = stat.Options{
		GraphMode:              common.BigValueGraphModeNone,
		ColorMode:              common.BigValueColorModeValue,
		JustifyMode:            common.BigValueJustifyModeCenter,
		TextMode:               common.BigValueTextModeValue,
		WideLayout:             true,
		ReduceOptions:          common.ReduceDataOptions{Values: new(false), Calcs: []string{"lastNotNull"}, Fields: new("")},
		PercentChangeColorMode: common.PercentChangeColorModeStandard,
		Orientation:            common.VizOrientationAuto,
	}
}

// instant asks for one value a series, laid out as a table.
func instant(refID, expr string) prometheus.Dataquery {
	return prometheus.Dataquery{
		RefId: &refID, Datasource: &source, Expr: expr,
		EditorMode: new(prometheus.QueryEditorModeCode),
		Format:     new(prometheus.PromQueryFormatTable),
		Instant:    new(true), Range: new(false),
	}
}
