package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// overview answers: how compliant is the cluster, and where to look first?
var overview = board{
	uid:       "podscore-overview",
	title:     "podscore / Overview",
	says:      "How far the cluster's namespaces comply with CIS 5.6.3, and where to look first.",
	from:      "now-24h",
	refresh:   "1m",
	variables: []dashboard.VariableModel{datasource, clusters, namespaces},
	rows: []row{
		{height: 4, panels: []panel{
			{
				title: "Compliant pods", width: 4, unit: percent, steps: complianceSteps, none: "no pods",
				says:  "Share of compliant pods among those that have a verdict. Exempt pods are left out.",
				shows: number{expr: compliantRatio},
			},
			{
				title: "Exempt pods", width: 4, unit: percent, none: "no pods",
				says:  "Share of exempt pods among all that are scored. Whoever exempts too much shows here.",
				shows: number{expr: exemptRatio},
			},
			{
				title: "Score", width: 4, unit: percent, steps: scoreSteps, none: "no score",
				says:  "Mean score of all pods, without what is excused. It moves before the verdicts do.",
				shows: number{expr: meanScore},
			},
			{
				title: "Non-compliant pods", width: 4, unit: count, steps: badAboveZero, none: "no pods",
				says:  "Pods that fail a check that the verdict requires.",
				shows: number{expr: `sum(` + pods("noncompliant") + `)`},
			},
			{
				title: "Oldest pod", width: 4, unit: duration, steps: ageSteps, none: "none",
				says:  "How long ago the oldest non-compliant pod was created, whenever it became so. It survives restarts of podscore.",
				shows: number{expr: oldestAge},
			},
			{
				title: "Namespaces below 100 %", width: 4, unit: count, steps: lookAtAny, none: "no namespaces",
				says:  "Namespaces with at least one non-compliant pod.",
				shows: number{expr: `sum(` + pods("noncompliant") + ` > bool 0)`},
			},
		}},
		{title: "How it develops", height: 9, panels: []panel{
			{
				title: "Compliance and score", width: 12, unit: percent, none: "no pods",
				says: "Share of compliant pods among those with a verdict, share of exempt pods among all, and mean score, over time.",
				shows: lines{max: 1, every: "5m", of: []line{
					{compliantRatio, "compliant pods", blue},
					{meanScore, "score", orange},
					{exemptRatio, "exempt pods", grey},
				}},
			},
			{
				title: "Pods by verdict", width: 12, unit: count, none: "no pods",
				says:  "Scored pods, stacked. Finished pods are not counted.",
				shows: verdicts,
			},
		}},
		{title: "Where to look first", height: 10, panels: []panel{
			{
				title: "Worst namespaces", width: 14, unit: count, none: "no namespace below 100 %",
				says: "The 20 namespaces with the smallest share of compliant pods. A name opens the namespace.",
				shows: list{sort: "Compliant", rising: true, columns: []column{
					{title: "Cluster", label: "cluster"},
					{title: "Namespace", label: "namespace", link: toNamespace},
					{title: "Compliant", expr: worst(ratioByNamespace), unit: percent, steps: complianceSteps, bar: 1, width: 190},
					{title: "Score", expr: worst(scores), unit: percent, steps: scoreSteps, bar: 1, width: 190},
					{title: "Non-compliant", expr: worst(`sum by (cluster, namespace) (` + pods("noncompliant") + `)`), unit: count, width: 120},
					{title: "Oldest", expr: worst(`time() - ` + oldest), unit: duration, steps: ageSteps, width: 120},
				}},
			},
			{
				title: "Oldest non-compliant pods", width: 10, unit: duration, none: "no violation",
				says: "The 20 namespaces whose oldest non-compliant pod was created the longest ago, whenever it became so. Orange from a week, vermilion from 30 days.",
				shows: list{sort: "Age", columns: []column{
					{title: "Cluster", label: "cluster"},
					{title: "Namespace", label: "namespace", link: toNamespace},
					{title: "Age", expr: `topk(20, time() - ` + oldest + `)`, unit: duration, steps: ageSteps, width: 160},
				}},
			},
		}},
		{title: "What is accepted", height: 9, panels: []panel{
			{
				title: "Exemptions", width: 24, unit: count, none: "no exemption excuses anything",
				says:  "The 50 exemptions that excuse failures of the most pods, who answers for each, and when it ends. Orange in the last 14 days.",
				shows: exemptions,
			},
		}},
		{title: "What fails", height: 11, panels: []panel{
			{
				title: "Failing checks", width: 12, unit: count, none: "no failing check",
				says:  "Pods that fail each check, excused failures left out. Only required checks decide the verdict.",
				shows: checks,
			},
			{
				title: "Newly observed non-compliant pods", width: 12, unit: count, none: "nothing counted yet",
				says: "Pods that were not compliant when they appeared, in the hour before each point. Pods that were there when podscore started are not counted.",
				shows: lines{every: "5m", of: []line{
					{observed("noncompliant"), "non-compliant pods in an hour", vermilion},
				}},
			},
		}},
	},
}

// toNamespace carries the data source, the clusters and the time range along.
const toNamespace = "/d/podscore-namespace?${datasource:queryparam}&${cluster:queryparam}&var-namespace=${__value.raw}&${__url_time_range}"

var ratioByNamespace = `sum by (cluster, namespace) (` + pods("compliant") + `) / (` + judged + ` > 0)`

// worst bounds an expression to the 20 namespaces that stand worst.
func worst(expr string) string {
	return within(expr, "cluster, namespace", `bottomk(20, `+ratioByNamespace+` < 1)`)
}

// verdicts and checks are the same for the cluster and for a namespace.
var (
	verdicts = lines{stacked: true, of: []line{
		{`sum(` + pods("compliant") + `)`, "compliant", blue},
		{`sum(` + pods("noncompliant") + `)`, "non-compliant", vermilion},
		{`sum(` + pods("exempt") + `)`, "exempt", grey},
	}}

	checks = list{sort: "Pods", columns: []column{
		{title: "Check", label: "check", link: checksPage},
		{title: "Severity", label: "severity", say: severities, width: 100},
		{title: "Required", label: "required", say: required, width: 100},
		{title: "Pods", expr: failingChecks, unit: count, width: 110},
	}}
)
