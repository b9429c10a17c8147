package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// namespaceBoard answers: how compliant is one namespace, and what is to be
// fixed in it?
var namespaceBoard = board{
	uid:       "podscore-namespace",
	title:     "podscore / Namespace",
	says:      "How far one namespace complies with CIS 5.6.3, and what is to be fixed in it.",
	from:      "now-24h",
	refresh:   "1m",
	variables: []dashboard.VariableModel{datasource, clusters, oneNamespace},
	rows: []row{
		{height: 4, panels: []panel{
			{
				title: "Compliant pods", width: 4, unit: percent, steps: complianceSteps, none: "no pods",
				says:  "Share of compliant pods among those that have a verdict. Exempt pods are left out.",
				shows: number{expr: compliantRatio},
			},
			{
				title: "Score", width: 4, unit: percent, steps: scoreSteps, none: "no score",
				says:  "Mean score of the namespace's pods, without what is excused.",
				shows: number{expr: meanScore},
			},
			{
				title: "Non-compliant", width: 4, unit: count, steps: badAboveZero, none: "no pods",
				says:  "Pods that fail a check that the verdict requires.",
				shows: number{expr: `sum(` + pods("noncompliant") + `)`},
			},
			{
				title: "Compliant", width: 4, unit: count, none: "no pods",
				says:  "Pods that fail no check that the verdict requires.",
				shows: number{expr: `sum(` + pods("compliant") + `)`},
			},
			{
				title: "Exempt", width: 4, unit: count, none: "no pods",
				says:  "Pods that fail only what exemptions excuse, or that one takes out.",
				shows: number{expr: `sum(` + pods("exempt") + `)`},
			},
			{
				title: "Oldest pod", width: 4, unit: duration, steps: ageSteps, none: "none",
				says:  "How long ago the oldest non-compliant pod was created, whenever it became so. It survives restarts of podscore.",
				shows: number{expr: oldestAge},
			},
		}},
		{title: "What to fix", height: 9, panels: []panel{
			{
				title: "Failing checks", width: 10, unit: count, none: "no failing check",
				says:  "Pods that fail each check, excused failures left out. Only required checks decide the verdict.",
				shows: checks,
			},
			{
				title: "Workloads to fix", width: 14, unit: count, none: "no workload to fix",
				says: "The 50 workloads that fail most of the checks that the verdict requires, and how many of their pods do.",
				shows: list{sort: "Checks failing", columns: []column{
					{title: "Cluster", label: "cluster"},
					{title: "Kind", label: "workload_kind", width: 130},
					{title: "Workload", label: "workload"},
					{title: "Checks failing", expr: mostFailing(checksFailing), unit: count, width: 130},
					{title: "Pods", expr: mostFailing(`max by (cluster, workload_kind, workload) (` + workload + `)`), unit: count, width: 90},
				}},
			},
		}},
		{height: 9, panels: []panel{
			{
				title: "What each workload fails", width: 24, unit: count, none: "no workload to fix",
				says: "The 100 failures with the most pods, by workload and required check. What each check asks for is in podscore's docs/checks.md.",
				shows: list{sort: "Pods", columns: []column{
					{title: "Cluster", label: "cluster"},
					{title: "Kind", label: "workload_kind", width: 150},
					{title: "Workload", label: "workload"},
					{title: "Check", label: "check", link: checksPage},
					{title: "Severity", label: "severity", say: severities, width: 120},
					{title: "Pods", expr: everyFailure, unit: count, width: 120},
				}},
			},
		}},
		{title: "What is accepted", height: 7, panels: []panel{
			{
				title: "Exemptions", width: 24, unit: count, none: "no exemption excuses anything here",
				says:  "The 50 exemptions that excuse failures of the most pods here, who answers for each, and when it ends. Orange in the last 14 days.",
				shows: exemptions,
			},
		}},
		{title: "History", height: 9, panels: []panel{
			{
				title: "Compliance and score", width: 12, unit: percent, none: "no pods",
				says: "Share of compliant pods among those with a verdict, and mean score without what is excused, over time.",
				shows: lines{max: 1, of: []line{
					{compliantRatio, "compliant pods", blue},
					{meanScore, "score", orange},
				}},
			},
			{
				title: "Pods by verdict", width: 12, unit: count, none: "no pods",
				says:  "Scored pods, stacked. Finished pods are not counted.",
				shows: verdicts,
			},
		}},
		{height: 9, panels: []panel{
			{
				title: "Newly observed pods", width: 12, unit: count, none: "nothing counted yet",
				says: "Pods that appeared in the hour before each point, by their first verdict. Pods that were there when podscore started are not counted.",
				shows: lines{every: "5m", of: []line{
					{observed("compliant"), "compliant", blue},
					{observed("noncompliant"), "non-compliant", vermilion},
					{observed("exempt"), "exempt", grey},
				}},
			},
			{
				title: "Verdict changes", width: 12, unit: count, none: "nothing counted yet",
				says: "Verdicts that changed on a live pod in the hour before each point, by what they changed to: an ephemeral container does that, an exemption, or another configuration.",
				shows: lines{every: "5m", of: []line{
					{changedTo("compliant"), "to compliant", blue},
					{changedTo("noncompliant"), "to non-compliant", vermilion},
					{changedTo("exempt"), "to exempt", grey},
				}},
			},
		}},
	},
}

const (
	checksFailing = `count by (cluster, workload_kind, workload) (` + workload + `)`

	everyFailure = `topk(100, max by (cluster, workload_kind, workload, check) (` + workload + `))
  * on (cluster, check) group_left (severity) ` + checkInfo
)

// mostFailing bounds an expression to the 50 workloads that fail most checks.
func mostFailing(expr string) string {
	return within(expr, "cluster, workload_kind, workload", `topk(50, `+checksFailing+`)`)
}

func changedTo(verdict string) string {
	return `sum(increase(podscore_verdict_changes_total{` + inNamespaces + `,to="` + verdict + `"}[1h]))`
}
