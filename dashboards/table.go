package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// list is a table. Its columns are labels first, which tell one row from
// another, then one number a query.
type list struct {
	columns []column
	sort    string // title of the column to sort by
	rising  bool   // the smallest first
}

// column shows a label, or the number that a query gives.
type column struct {
	title string
	label string
	expr  string

	width float64 // in pixels; 0 shares what is left
	unit  unit
	steps steps
	bar   float64 // where a bar behind the number is full; 0 draws none
	say   say
	link  string
}

// checksPage says of every check what passes, why it fails, and what to write.
const checksPage = "https://github.com/podscore/podscore/blob/main/docs/checks.md#the-checks"

func (l list) fill(p *dashboard.Panel) {
	p.Type = "table"
	p.FieldConfig.Defaults.Custom = common.TableFieldOptions{Align: common.FieldTextAlignmentAuto, CellOptions: &common.TableCellOptions{
		TableAutoCellOptions: &common.TableAutoCellOptions{Type: common.TableCellDisplayModeAuto},
	}}
	p.Options = table.Options{
		ShowHeader: true,
		CellHeight: new(common.TableCellHeightSm),
		SortBy:     []common.TableSortByFieldState{{DisplayName: l.sort, Desc: new(!l.rising)}},
	}

	order, names := map[string]int{}, map[string]string{}
	for i, c := range l.columns {
		field := c.label
		if c.expr != "" {
			refID := string(rune('A' + len(p.Targets)))
			field = "Value #" + refID
			p.Targets = append(p.Targets, instant(refID, c.expr))
		}
		order[field], names[field] = i, c.title
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
			Matcher: dashboard.MatcherConfig{Id: "byName", Options: c.title}, Properties: c.properties(),
		})
	}
	if len(p.Targets) == 1 { // then Grafana leaves the letter out
		order["Value"], names["Value"] = order["Value #A"], names["Value #A"]
	}
	p.Transformations = []dashboard.DataTransformerConfig{
		{Id: "merge", Options: map[string]any{}},
		{Id: "organize", Options: map[string]any{
			"excludeByName": map[string]bool{"Time": true},
			"indexByName":   order,
			"renameByName":  names,
		}},
	}
}

func (c column) properties() []dashboard.DynamicConfigValue {
	var set []dashboard.DynamicConfigValue
	add := func(id string, value any) { set = append(set, dashboard.DynamicConfigValue{Id: id, Value: value}) }
	if c.expr != "" {
		add("unit", c.unit.name)
		add("decimals", c.unit.decimals)
	}
	add("noValue", "–") // else what the whole table says when it is empty
	if c.width > 0 {
		add("custom.width", c.width)
	}
	if c.steps != nil {
		add("thresholds", c.steps.config())
	}
	if c.say != nil {
		add("mappings", c.say.mappings())
	}
	switch {
	case c.bar > 0:
		add("min", 0.0)
		add("max", c.bar)
		add("custom.cellOptions", common.TableBarGaugeCellOptions{
			Type:             common.TableCellDisplayModeGauge,
			Mode:             new(common.BarGaugeDisplayModeBasic),
			ValueDisplayMode: new(common.BarGaugeValueModeText),
		})
	case c.steps != nil || c.say != nil:
		add("custom.cellOptions", common.TableColorTextCellOptions{Type: common.TableCellDisplayModeColorText})
	}
	if c.link != "" {
		add("links", []map[string]any{{"title": "Open ${__value.text}", "url": c.link}})
	}
	return set
}
