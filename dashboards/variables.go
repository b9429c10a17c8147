package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

var datasource = dashboard.VariableModel{
	Type: dashboard.VariableTypeDatasource, Name: "datasource", Label: new("Data source"),
	Description: new("The Prometheus, or what speaks like one, that has podscore's series."),
	Query:       text("prometheus"),
}

// clusters matches everything with `.*` when all are chosen, so that it also
// does where no series has the label.
var clusters = many(query("cluster", "Cluster",
	"The label cluster, where your Prometheus adds one.",
	`label_values(podscore_build_info, cluster)`))

const namespacesQuery = `label_values(podscore_namespace_pods{cluster=~"$cluster",exported_namespace=""}, namespace)`

// namespaces is any number of them, oneNamespace is exactly one.
var (
	namespaces   = many(query("namespace", "Namespace", "The namespaces that are counted.", namespacesQuery))
	oneNamespace = query("namespace", "Namespace", "The namespace that this dashboard is about.", namespacesQuery)
)

// before is what today is compared with.
var before = dashboard.VariableModel{
	Type: dashboard.VariableTypeCustom, Name: "before", Label: new("Compare with"),
	Description: new("How far back the tables of namespaces compare."),
	Query:       text("30 days ago : 30d, 90 days ago : 90d, 365 days ago : 365d"),
	Current:     option("90 days ago", "90d", true),
	Options: []dashboard.VariableOption{
		*option("30 days ago", "30d", false), *option("90 days ago", "90d", true), *option("365 days ago", "365d", false),
	},
}

func query(name, label, says, query string) dashboard.VariableModel {
	return dashboard.VariableModel{
		Type: dashboard.VariableTypeQuery, Name: name, Label: &label, Description: &says,
		Datasource: &source, Query: text(query), Definition: &query,
		Refresh: new(dashboard.VariableRefreshOnTimeRangeChanged),
		Sort:    new(dashboard.VariableSortAlphabeticalAsc),
	}
}

// many lets the reader choose several values, or all.
func many(v dashboard.VariableModel) dashboard.VariableModel {
	v.Multi, v.IncludeAll, v.AllValue = new(true), new(true), new(".*")
	v.Current = option("All", "$__all", true)
	return v
}

func text(s string) *dashboard.StringOrMap {
	return &dashboard.StringOrMap{String: &s}
}

func option(text, value string, selected bool) *dashboard.VariableOption {
	return &dashboard.VariableOption{
		Selected: &selected,
		Text:     dashboard.StringOrArrayOfString{String: &text},
		Value:    dashboard.StringOrArrayOfString{String: &value},
	}
}
