package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// trends answers: does it get better? It reads the recording rules alone, which
// are cheap enough to be kept, and asked for, by the year.
var trends = board{
	uid:       "podscore-trends",
	title:     "podscore / Trends",
	says:      "Whether compliance with CIS 5.6.3 gets better, over months. Needs podscore's recording rules.",
	from:      "now-90d",
	refresh:   "1h",
	variables: []dashboard.VariableModel{datasource, clusters, namespaces, before},
	rows: []row{
		{height: 4, panels: []panel{
			{
				title: "Compliant pods, now", width: 6, unit: percent, steps: complianceSteps, none: "no recording rules",
				says:  "Share of compliant pods among those that have a verdict. Of several clusters the mean, in which each counts the same.",
				shows: number{expr: `avg(` + fleetCompliant + `)`},
			},
			compared("Compliant pods", fleetCompliant, "30d", "30 days"),
			compared("Compliant pods", fleetCompliant, "90d", "90 days"),
			compared("Compliant pods", fleetCompliant, "365d", "365 days"),
		}},
		{height: 4, panels: []panel{
			{
				title: "Score, now", width: 6, unit: percent, steps: scoreSteps, none: "no recording rules",
				says:  "Mean score, weighted by pods. Of several clusters the mean, in which each counts the same.",
				shows: number{expr: `avg(` + fleetScore + `)`},
			},
			compared("Score", fleetScore, "30d", "30 days"),
			compared("Score", fleetScore, "90d", "90 days"),
			compared("Score", fleetScore, "365d", "365 days"),
		}},
		{title: "The fleet", height: 9, panels: []panel{
			{
				title: "Compliance and score", width: 14, unit: percent, none: "no recording rules",
				says: "Share of compliant pods among those with a verdict, mean score, and share of exempt pods among all. Of several clusters the mean, in which each counts the same.",
				shows: lines{max: 1, every: "6h", of: []line{
					{`avg(` + smooth(fleetCompliant) + `)`, "compliant pods", blue},
					{`avg(` + smooth(fleetScore) + `)`, "score", orange},
					{`avg(` + smooth(fleetExempt) + `)`, "exempt pods", grey},
				}},
			},
			{
				title: "Newly observed pods a day", width: 10, unit: count, none: "no recording rules",
				says: "Pods that appeared, by their first verdict. What is still being deployed in a bad way shows here first.",
				shows: lines{every: "1d", of: []line{
					{observedDaily("compliant"), "compliant", blue},
					{observedDaily("noncompliant"), "non-compliant", vermilion},
				}},
			},
		}},
		{title: "Which namespaces", height: 11, panels: []panel{
			{
				title: "Most improved", width: 12, unit: percent, none: "none has improved, or there is no history yet",
				says:  "The ten namespaces whose share of compliant pods has risen most since the time chosen above. Before and now are means of a day.",
				shows: change("topk", ">", false),
			},
			{
				title: "Most regressed", width: 12, unit: percent, none: "none has got worse, or there is no history yet",
				says:  "The ten namespaces whose share of compliant pods has fallen most since the time chosen above. Before and now are means of a day.",
				shows: change("bottomk", "<", true),
			},
		}},
		{height: 10, panels: []panel{
			{
				title: "Compliance of the ten lowest", width: 12, unit: percent, none: "none below 100 %",
				says:  "Share of compliant pods, a day's mean, in the ten namespaces that stand lowest at the end of the time range.",
				shows: lines{max: 1, every: "6h", of: []line{{lowest(dailyRatio), "{{cluster}} {{namespace}}", ""}}},
			},
			{
				title: "Score of the ten lowest", width: 12, unit: percent, none: "none below 100 %",
				says:  "Mean score in the ten namespaces that score lowest at the end of the time range.",
				shows: lines{max: 1, every: "6h", of: []line{{lowest(scoreRatio), "{{cluster}} {{namespace}}", ""}}},
			},
		}},
	},
}

const (
	fleetCompliant = `cluster:podscore_compliant:ratio{` + inCluster + `}`
	fleetScore     = `cluster:podscore_score:ratio{` + inCluster + `}`
	fleetExempt    = `cluster:podscore_exempt:ratio{` + inCluster + `}`
	dailyRatio     = `namespace:podscore_compliant:ratio_avg1d{` + recorded + `}`
	scoreRatio     = `namespace:podscore_score:ratio{` + recorded + `}`

	// The last value of a whole day: stores that keep years have one an hour.
	ratioNow    = `max by (cluster, namespace) (` + dailyRatio + `)`
	ratioBefore = `max by (cluster, namespace) (last_over_time(` + dailyRatio + `[1d] offset $before))`
	ratioChange = `100 * (` + ratioNow + ` - ` + ratioBefore + `)`
)

// compared tells how far the fleet has come. A cluster that was not there then
// is left out.
func compared(what, series, ago, inWords string) panel {
	return panel{
		title: what + ", change in " + inWords, width: 6, unit: points, steps: changeSteps, none: "no history yet",
		says:  "Percentage points between now and the mean of the day that ended " + inWords + " ago. Clusters that had no podscore then are left out.",
		shows: number{expr: `100 * avg(` + series + ` - avg_over_time(` + series + `[1d] offset ` + ago + `))`},
	}
}

// smooth takes the mean of each step, where one point would be by chance.
func smooth(series string) string {
	return `avg_over_time(` + series + `[$__interval])`
}

func observedDaily(status string) string {
	return `86400 * sum(avg_over_time(namespace:podscore_pods_observed:rate1h{` + recorded + `,status="` + status + `"}[$__interval]))`
}

// lowest draws the same ten namespaces at every step: those that are lowest at
// the end.
func lowest(series string) string {
	return within(smooth(series), "cluster, namespace", `bottomk(10, `+series+` @ end() < 1)`)
}

func change(pick, sign string, rising bool) list {
	chosen := pick + `(10, ` + ratioChange + ` ` + sign + ` 0)`
	return list{sort: "Change", rising: rising, columns: []column{
		{title: "Cluster", label: "cluster"},
		{title: "Namespace", label: "namespace", link: toNamespace},
		{title: "Before", expr: within(ratioBefore, "cluster, namespace", chosen), unit: percent, width: 100},
		{title: "Now", expr: within(ratioNow, "cluster, namespace", chosen), unit: percent, steps: complianceSteps, bar: 1, width: 200},
		{title: "Change", expr: chosen, unit: points, steps: changeSteps, width: 130},
	}}
}
