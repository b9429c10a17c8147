package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// metric is a row of the table: everything about a metric except its values.
type metric struct {
	name   string
	kind   dto.MetricType
	help   string
	labels []string // their names, in the order of exposition, which is alphabetical
}

// The table. Names and labels are a public contract: changing a released one needs a
// decision record. The values of every label are bounded: namespaces and workloads by
// what exists, workloads by a limit too, their kinds that are not known by 20 a namespace;
// others are of the build and the flags, or from lists in this project. docs/metrics.md is
// generated from the table.
var (
	namespacePods = gauge("podscore_namespace_pods",
		"Scored pods by verdict. Finished pods are not counted.",
		"namespace", "status")
	namespaceScoreRatio = gauge("podscore_namespace_score_ratio",
		"Mean score of the scored pods, from 0 to 1, without the checks that are exempt. Pods that an exemption takes out, and pods of which every core check that applies is exempt, are not counted; absent when no other pod has a score.",
		"namespace")
	namespaceScorePods = gauge("podscore_namespace_score_pods",
		"Scored pods in the mean of podscore_namespace_score_ratio, by which means over several namespaces are weighted. Pods that an exemption takes out, and those without a score, are not counted.",
		"namespace")
	namespaceFailingPods = gauge("podscore_namespace_failing_pods",
		"Scored pods that fail the check. Failures that are excused, and pods that an exemption takes out, are not counted.",
		"check", "namespace")
	namespaceOldestNoncompliant = gauge("podscore_namespace_oldest_noncompliant_timestamp_seconds",
		"Creation time of the oldest non-compliant pod, in seconds since 1970. The pod may have become non-compliant later. Absent when there is none.",
		"namespace")
	workloadFailingPods = gauge("podscore_workload_failing_pods",
		"Non-compliant pods of the workload that fail a check that the verdict requires, where there are any. Failures that are excused are not counted; the number of series is limited, and every namespace has an equal share of it.",
		"check", "namespace", "workload", "workload_kind")
	workloadSeriesDropped = gauge("podscore_workload_series_dropped",
		"Series of podscore_workload_failing_pods that the limit held back.")
	namespaceWorkloadSeriesDropped = gauge("podscore_namespace_workload_series_dropped",
		"Series of podscore_workload_failing_pods that the limit held back of the namespace. Namespaces that show all of theirs are not there.",
		"namespace")
	podsObserved = counter("podscore_pods_observed_total",
		"Pods that appeared since counting began, by verdict at first sight. Pods that were there before are not counted. A new series stays at 0 for --scrape-interval after it was first read.",
		"namespace", "status")
	clusterPodsObserved = counter("podscore_cluster_pods_observed_total",
		"Pods that appeared since counting began, by verdict at first sight, in all namespaces, those included that come and go before their own counters are read. Pods that were there before are not counted. A new series stays at 0 for --scrape-interval after it was first read.",
		"status")
	checkFailures = counter("podscore_check_failures_total",
		"Checks that newly observed pods failed at first sight. Failures that are excused, pods that an exemption takes out, and pods that were there before counting began, are not counted. A new series stays at 0 for --scrape-interval after it was first read.",
		"check", "namespace")
	verdictChanges = counter("podscore_verdict_changes_total",
		"Verdicts that changed on a live pod, because the pod, an exemption or the configuration changed, by what they changed to. Pods that appear or go are not counted. A new series stays at 0 for --scrape-interval after it was first read.",
		"namespace", "to")

	exemptionPods = gauge("podscore_exemption_pods",
		"Scored pods in which the exemption excuses a failure, or that it takes out, where there are any. The number of series is limited; every directory with exemptions has an equal share of it, every owner one of that, and every exemption one of its owner's.",
		"exemption", "namespace")
	exemptionSeriesDropped = gauge("podscore_exemption_series_dropped",
		"Series of podscore_exemption_pods that the limit held back.")
	exemptionFailures = gauge("podscore_exemption_failures",
		"Failures that the exemption excuses now: a check of a pod counts once, however many containers fail it.",
		"exemption")
	exemptionInfo = gauge("podscore_exemption_info",
		"1 for every exemption of the configuration, of which there are 20,000 at most, with who answers for it. Those that have ended are counted too.",
		"exemption", "owner")
	exemptionExpiry = gauge("podscore_exemption_expiry_timestamp_seconds",
		"Time at which the exemption ends or has ended, in seconds since 1970. Absent when it has no end.",
		"exemption")

	checkInfo = gauge("podscore_check_info",
		"1 for every check, with its severity and whether the verdict requires it.",
		"check", "required", "severity")
	controlInfo = gauge("podscore_control_info",
		"1 for every benchmark that has the control, with the control's number there.",
		"benchmark", "control")
	buildInfo = gauge("podscore_build_info",
		"1, with the version, the revision and the Go version that podscore was built from.",
		"goversion", "revision", "version")

	synced = gauge("podscore_synced",
		"1 once the first full pass over all pods is scored, else 0.")
	reporting = gauge("podscore_reporting",
		"1 where this replica exposes the compliance series, else 0.")
	shardInfo = gauge("podscore_shard_info",
		"1, with the shard of the cluster's namespaces that this podscore exposes, from 0, and how many shards there are.",
		"shard", "shards")
	shards = gauge("podscore_shards",
		"How many shards the cluster's namespaces are spread over. As a number, so that an alert can tell that one is missing.")
	watchLastActivity = gauge("podscore_watch_last_activity_timestamp_seconds",
		"Time of the last event or bookmark from the API server, in seconds since 1970. Of several watches on the resource, the one that has been silent for the longest; absent before its first.",
		"resource")
	watchErrors = counter("podscore_watch_errors_total",
		"Lists and watches of the resource that failed or ended with an error.",
		"resource")
	configHash = gauge("podscore_config_hash",
		"Number that follows from the running configuration, flags of which verdicts depend included, to compare replicas and clusters. The order and the form of files do not change it.")
	configLastReloadSuccessful = gauge("podscore_config_last_reload_successful",
		"1 if everything that is in the configuration files is in effect, else 0. Absent without --config.")
	configLastReloadSuccess = gauge("podscore_config_last_reload_success_timestamp_seconds",
		"Time at which the running configuration was taken in, in seconds since 1970. Absent without --config.")
	collectDuration = gauge("podscore_collect_duration_seconds",
		"Time that collecting these series took. Encoding them is not counted.")
)

// detection is the only metric whose values are observed one by one, and not read from a
// snapshot.
var detection = prometheus.HistogramOpts{
	Name:    "podscore_detection_seconds",
	Help:    "Time from a pod's creation, which the API server tells in whole seconds, to its result being known, which the next scrape has. Pods that were there before counting began are not counted.",
	Buckets: []float64{0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300},

	NativeHistogramBucketFactor:     1.1,
	NativeHistogramMaxBucketNumber:  100,
	NativeHistogramMinResetDuration: time.Hour,
}

// table lists the rows above, in their order.
var table = []*metric{
	namespacePods, namespaceScoreRatio, namespaceScorePods, namespaceFailingPods, namespaceOldestNoncompliant,
	workloadFailingPods, workloadSeriesDropped, namespaceWorkloadSeriesDropped,
	podsObserved, clusterPodsObserved, checkFailures, verdictChanges,
	exemptionPods, exemptionSeriesDropped, exemptionFailures, exemptionInfo, exemptionExpiry,
	checkInfo, controlInfo, buildInfo,
	synced, reporting, shardInfo, shards, watchLastActivity, watchErrors,
	configHash, configLastReloadSuccessful, configLastReloadSuccess, collectDuration,
}

func gauge(name, help string, labels ...string) *metric {
	return &metric{name: name, kind: dto.MetricType_GAUGE, help: help, labels: labels}
}

func counter(name, help string, labels ...string) *metric {
	return &metric{name: name, kind: dto.MetricType_COUNTER, help: help, labels: labels}
}

// NewDetection returns the histogram podscore_detection_seconds, which observes seconds.
// It has to be registered with a registry that Options.Others gathers.
func NewDetection() prometheus.Histogram {
	return prometheus.NewHistogram(detection)
}
