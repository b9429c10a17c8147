package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// itself answers: is podscore well, so that the other dashboards can be
// believed?
var itself = board{
	uid:       "podscore-self",
	title:     "podscore / podscore itself",
	says:      "Whether podscore is well, so that the other dashboards can be believed.",
	from:      "now-6h",
	refresh:   "1m",
	variables: []dashboard.VariableModel{datasource, clusters},
	rows: []row{
		{height: 4, panels: []panel{
			{
				title: "Up", width: 3, unit: count, steps: goodFromOne, none: "none",
				says:  "Instances of podscore that Prometheus scrapes successfully.",
				shows: number{expr: `sum(` + up + `)`},
			},
			{
				title: "Down", width: 3, unit: count, steps: badAboveZero, none: "none known",
				says:  "Targets that were podscore within the last hour and are not answering now.",
				shows: number{expr: `sum(` + up + ` == bool 0)`},
			},
			{
				title: "Synced", width: 3, unit: count, steps: goodFromOne, none: "none",
				says:  "Whether every instance has finished its first full pass over the pods.",
				shows: number{expr: `min(podscore_synced{` + inCluster + `})`, say: yesOrNo},
			},
			{
				title: "Reporting", width: 3, unit: count, steps: goodFromOne, none: "none",
				says:  "Instances that expose the compliance series: one, or one of every shard.",
				shows: number{expr: `sum(podscore_reporting{` + inCluster + `})`},
			},
			{
				title: "Shards missing", width: 3, unit: count, steps: badAboveZero, none: "none known",
				says:  "Shards that there should be and of which no instance reports. Their namespaces have no series.",
				shows: number{expr: `sum(` + shardsWanted + `) - sum(` + shardsPresent + `)`},
			},
			{
				title: "Series held back", width: 3, unit: count, steps: lookAtAny, none: "none known",
				says:  "Series of workloads that --workload-series-limit holds back. Every namespace shows an equal share, its most severe checks first.",
				shows: number{expr: `sum(` + dropped + `)`},
			},
			{
				title: "Alerts firing", width: 3, unit: count, steps: badAboveZero, none: "0",
				says:  "Alerts about podscore itself that fire now. Those about pods are in the table below.",
				shows: number{expr: `count(ALERTS{alertname=~"` + aboutItself + `",alertstate="firing",` + inCluster + `})`},
			},
			{
				title: "Detection, p99", width: 3, unit: duration, steps: waitSteps, none: "no new pods",
				says:  "Time from a pod's creation to its score being exposed, which 99 of 100 pods keep to; over the last hour.",
				shows: number{expr: detection("0.99", "1h")},
			},
		}},
		{title: "Instances and alerts", height: 7, panels: []panel{
			{
				title: "Instances", width: 15, unit: count, none: "no podscore is scraped",
				says: "Every instance, what it was built from, the shard it exposes, and whether it has synced and is reporting.",
				shows: list{sort: "Instance", rising: true, columns: []column{
					{title: "Cluster", label: "cluster"},
					{title: "Namespace", label: "namespace"},
					{title: "Instance", label: "instance"},
					{title: "Version", label: "version"},
					{title: "Revision", label: "revision"},
					{title: "Go", label: "goversion", width: 90},
					{title: "Shard", label: "shard", width: 70},
					{title: "Synced", expr: byInstance(`podscore_synced`), unit: count, say: yesOrNo, width: 80},
					{title: "Reporting", expr: byInstance(`podscore_reporting`), unit: count, say: reportsOrNot, width: 95},
				}},
			},
			{
				title: "Alerts", width: 9, unit: count, none: "no alert is pending or firing",
				says: "Alerts of podscore that are pending or firing, about pods and about podscore itself. Prometheus has them where podscore's rules are loaded.",
				shows: list{sort: "Alerts", columns: []column{
					{title: "Alert", label: "alertname"},
					{title: "Severity", label: "severity", width: 90},
					{title: "State", label: "alertstate", say: alertStates, width: 80},
					{title: "Alerts", expr: `count by (alertname, severity, alertstate) (ALERTS{alertname=~"Podscore.*",` + inCluster + `})`, unit: count, width: 80},
				}},
			},
		}},
		{title: "Who reports", height: 8, panels: []panel{
			{
				title: "Who reports", width: 7, unit: count, none: "no podscore is scraped",
				says:  "1 for the instance that exposes the compliance series, 0 for those that could take over.",
				shows: lines{max: 1, of: []line{{`max by (instance) (podscore_reporting{` + inCluster + `})`, "{{instance}}", ""}}},
			},
			{
				title: "Takeovers", width: 5, unit: count, none: "no podscore is scraped",
				says:  "Instances that began to report in the hour before each point. Every rollout has one; many mean that the Lease cannot be kept.",
				shows: lines{every: "1m", of: []line{{takeovers, "began to report", blue}}},
			},
			{
				title: "Lease", width: 5, unit: perSecond, none: "no podscore is scraped",
				says: "Renewals of the Lease a second, and attempts that failed, a mean over five minutes. Without an election there are none.",
				shows: lines{every: "1m", of: []line{
					{renewals(`code=~"2.."`), "renewed", blue},
					{renewals(`code!~"2..|409"`), "failed", vermilion}, // 409: another was faster
				}},
			},
			{
				title: "Requests that failed", width: 7, unit: count, none: "no podscore is scraped",
				says: "Requests to the API server in the hour before each point that it refused, a missing right for one, and that it failed at or did not answer.",
				shows: lines{every: "1m", of: []line{
					{requests(`code=~"4.."`), "refused", orange},
					{requests(`code!~"[1-4].."`), "failed", vermilion},
				}},
			},
		}},
		{title: "Watching", height: 8, panels: []panel{
			{
				title: "Silence of the watches", width: 8, unit: duration, none: "no podscore is scraped",
				says: "The longest that an instance heard nothing from the API server, in the five minutes before each point. The API server speaks at least once a minute or so; above five minutes the series are old.",
				shows: lines{every: "1m", of: []line{
					{silence("pods"), "pods", blue},
					{silence("namespaces"), "namespaces", orange},
				}},
			},
			{
				title: "Watch errors", width: 8, unit: count, none: "no podscore is scraped",
				says: "Lists and watches that failed in the hour before each point, over all instances. A few at a rollout of the API server are usual.",
				shows: lines{every: "1m", of: []line{
					{watchErrors("pods"), "pods", blue},
					{watchErrors("namespaces"), "namespaces", orange},
				}},
			},
			{
				title: "Detection", width: 8, unit: duration, none: "no new pods",
				says: "Time from a pod's creation, which the API server tells in whole seconds, to its score being exposed; in the hour before each point.",
				shows: lines{every: "1m", of: []line{
					{detection("0.5", "1h"), "half of them", blue},
					{detection("0.99", "1h"), "99 of 100", orange},
				}},
			},
		}},
		{title: "Configuration", height: 6, panels: []panel{
			{
				title: "Running configuration", width: 24, unit: count, none: "no podscore is scraped",
				says: "What every instance judges by: equal numbers are equal configurations. Whether all that is in its files is in effect, and since when.",
				shows: list{sort: "Instance", rising: true, columns: []column{
					{title: "Cluster", label: "cluster"},
					{title: "Namespace", label: "namespace"},
					{title: "Instance", label: "instance"},
					{title: "Configuration", expr: ofInstance(`podscore_config_hash`), unit: count, width: 200},
					{title: "Files in effect", expr: ofInstance(`podscore_config_last_reload_successful`), unit: count, say: yesOrNo, width: 130},
					{title: "Taken in", expr: `time() - ` + ofInstance(`podscore_config_last_reload_success_timestamp_seconds`), unit: duration, width: 130},
					{title: "Exemptions", expr: `count by (cluster, namespace, instance) (podscore_exemption_info{` + inCluster + `})`, unit: count, width: 110},
				}},
			},
		}},
		{title: "Exposing", height: 8, panels: []panel{
			{
				title: "Scrape", width: 6, unit: duration, none: "no podscore is scraped",
				says: "How long the slowest instance takes for a scrape, and for collecting the series in it.",
				shows: lines{of: []line{
					{`max(` + ofPodscore(`scrape_duration_seconds`) + `)`, "scrape", blue},
					{`max(podscore_collect_duration_seconds{` + inCluster + `})`, "collecting", orange},
				}},
			},
			{
				title: "Shards", width: 6, unit: count, none: "no podscore is scraped",
				says: "Shards of which an instance reports, and how many there should be, over all clusters.",
				shows: lines{of: []line{
					{`sum(` + shardsPresent + `)`, "reporting", blue},
					{`sum(` + shardsWanted + `)`, "wanted", orange},
				}},
			},
			{
				title: "Workload series held back", width: 6, unit: count, none: "no podscore is scraped",
				says: "Series that --workload-series-limit holds back. Above 0 some workloads have no series, and no alert; podscore_namespace_workload_series_dropped tells of which namespaces.",
				shows: lines{of: []line{
					{`sum(` + dropped + `)`, "held back", orange},
				}},
			},
			{
				title: "Certificate errors", width: 6, unit: count, none: "no podscore is scraped",
				says:  "Attempts to read the certificate for /metrics that failed in the hour before each point. The one from before is used meanwhile.",
				shows: lines{every: "1m", of: []line{{certificateErrors(), "failed", vermilion}}},
			},
		}},
		{title: "Process", height: 9, panels: []panel{
			{
				title: "Memory", width: 12, unit: bytesIEC, none: "no podscore is scraped",
				says: "Of the instance that has the most: resident memory and the heap in use, beside the limit that the Go runtime keeps to, 90 % of the container's.",
				shows: lines{of: []line{
					{`max(` + ofPodscore(`process_resident_memory_bytes`) + `)`, "resident", blue},
					{`max(` + ofPodscore(`go_memstats_heap_inuse_bytes`) + `)`, "heap", orange},
					{`min(` + ofPodscore(`go_gc_gomemlimit_bytes`) + ` < 2^60)`, "limit", vermilion}, // without one it is 2^63
				}},
			},
			{
				title: "CPU", width: 6, unit: cores, none: "no podscore is scraped",
				says:  "CPU seconds a second, a mean over 15 minutes, of the instance that uses most.",
				shows: lines{of: []line{{cpu, "busiest", blue}}},
			},
			{
				title: "Goroutines", width: 6, unit: count, none: "no podscore is scraped",
				says:  "Goroutines of the instance that has most. A number that only rises is a leak.",
				shows: lines{of: []line{{`max(` + ofPodscore(`go_goroutines`) + `)`, "most", blue}}},
			},
		}},
	},
}

// Series that every process has are podscore's where the same target also has
// podscore_build_info: no query depends on the name of the scrape job.
func ofPodscore(metric string) string {
	return `(` + metric + `{` + inCluster + `} and on (cluster, job, instance) podscore_build_info)`
}

// aboutItself matches the alerts of charts/podscore/rules/self.yaml.
const aboutItself = `Podscore(Down|NotReporting|TwoReporting|LabelsNotHonored|NotSynced|WatchStalled|WorkloadSeriesDropped|ConfigReloadFailed|ConfigDiffers|ShardMissing)`

const (
	// A target that does not answer has lost all its series but up.
	up = `(up{` + inCluster + `} and on (cluster, job, instance) last_over_time(podscore_build_info[1h]))`

	// Of every installation: one that is whole makes up for none that is not.
	shardsPresent = `count by (cluster, namespace, job) (count by (cluster, namespace, job, shard) (
  podscore_shard_info{` + inCluster + `} and on (cluster, job, instance) podscore_reporting == 1
)) or 0 * ` + shardsWanted
	shardsWanted = `max by (cluster, namespace, job) (podscore_shards{` + inCluster + `})`

	// A reset is a fall from 1 to 0, and all other changes are rises.
	takeovers = `sum(changes(podscore_reporting{` + inCluster + `}[1h]) - resets(podscore_reporting{` + inCluster + `}[1h]))`

	// Of two replicas of a shard one is enough; shards and installations add up.
	dropped = `max by (cluster, namespace, job, shard) (podscore_workload_series_dropped{` + inCluster + `}
  * on (cluster, job, instance) group_left (shard) podscore_shard_info)`

	cpu = `max(rate(process_cpu_seconds_total{` + inCluster + `}[15m]) and on (cluster, job, instance) podscore_build_info)`
)

// detection is a quantile over all instances: every pod is observed by one of
// them. Where Prometheus keeps native histograms there may be no buckets. Without
// new pods it is no number, and is left out.
func detection(quantile, window string) string {
	const series = `podscore_detection_seconds`
	classic := `sum by (le) (rate(` + series + `_bucket{` + inCluster + `}[` + window + `]))`
	native := `sum(rate(` + series + `{` + inCluster + `}[` + window + `]))`
	return `histogram_quantile(` + quantile + `, ` + classic + `) >= 0
  or histogram_quantile(` + quantile + `, ` + native + `) >= 0`
}

func silence(resource string) string {
	return `max_over_time((time() - min(podscore_watch_last_activity_timestamp_seconds{` + inCluster + `,resource="` + resource + `"}))[5m:15s])`
}

func watchErrors(resource string) string {
	return `sum(increase(podscore_watch_errors_total{` + inCluster + `,resource="` + resource + `"}[1h]))`
}

// renewals are writes to the Lease, the only object that podscore updates.
func renewals(code string) string {
	return orNone(`sum(rate(rest_client_requests_total{` + inCluster + `,method="PUT",` + code + `}[5m]) and on (cluster, job, instance) podscore_build_info)`)
}

func requests(code string) string {
	return orNone(`sum(increase(rest_client_requests_total{` + inCluster + `,` + code + `}[1h]) and on (cluster, job, instance) podscore_build_info)`)
}

func certificateErrors() string {
	return orNone(`sum(increase(certwatcher_read_certificate_errors_total{` + inCluster + `}[1h]) and on (cluster, job, instance) podscore_build_info)`)
}

// orNone is 0 where podscore is scraped and an expression has no result.
func orNone(expr string) string {
	return expr + ` or 0 * count(podscore_build_info{` + inCluster + `})`
}

// ofInstance is a number of each instance, of two with the same name the larger.
func ofInstance(metric string) string {
	return `max by (cluster, namespace, instance) (` + metric + `{` + inCluster + `})`
}

// byInstance gives a number of each instance the labels of what it is, and of
// where.
func byInstance(metric string) string {
	return `max by (cluster, namespace, instance, version, revision, goversion, shard) (
  ` + metric + `{` + inCluster + `}
    * on (cluster, job, instance) group_left (version, revision, goversion) podscore_build_info
    * on (cluster, job, instance) group_left (shard) podscore_shard_info
)`
}
