package main

import "strings"

// Every query takes the max over replicas of a gauge before it adds up, as the
// recording rules do: while one replica takes over from another, Prometheus may
// have the same gauge of both. Counters add up: every pod is counted by one of
// them. `cluster` stays in it until the end, and is no label at all where the
// scraper adds none.
const (
	inCluster = `cluster=~"$cluster"`
	recorded  = inCluster + `,namespace=~"$namespace"`

	// A scrape job that does not honor labels puts the pods' namespace there, and
	// that of podscore in its place: all would be taken for one namespace.
	honored      = `exported_namespace=""`
	inNamespaces = recorded + `,` + honored
)

const (
	scores   = `max by (cluster, namespace) (podscore_namespace_score_ratio{` + inNamespaces + `})`
	scored   = `max by (cluster, namespace) (podscore_namespace_score_pods{` + inNamespaces + `})`
	failing  = `max by (cluster, namespace, check) (podscore_namespace_failing_pods{` + inNamespaces + `})`
	workload = `max by (cluster, namespace, workload_kind, workload, check) (podscore_workload_failing_pods{` + inNamespaces + `})`
	oldest   = `min by (cluster, namespace) (podscore_namespace_oldest_noncompliant_timestamp_seconds{` + inNamespaces + `})`

	// One row a check and cluster, whichever replica it is from: two may
	// differ in what they require while a new preset is rolled out.
	checkInfo = `topk by (cluster, check) (1, podscore_check_info{` + inCluster + `})`
)

// pods counts by namespace and verdict.
func pods(status string) string {
	return `max by (cluster, namespace, status) (podscore_namespace_pods{` + inNamespaces + `,status=~"` + status + `"})`
}

// judged are the pods that have a verdict.
var judged = `sum by (cluster, namespace) (` + pods("compliant|noncompliant") + `)`

var (
	compliantRatio = `sum(` + pods("compliant") + `) / (sum(` + pods("compliant|noncompliant") + `) > 0)`

	// Weighted by pods: a namespace of 500 pods counts 500 times one of 1.
	meanScore = `sum(` + scores + ` * ` + scored + `) / (sum(` + scored + `) > 0)`

	exemptRatio = `sum(` + pods("exempt") + `) / (sum(` + pods(".+") + `) > 0)`

	oldestAge = `time() - min(` + oldest + `)`
)

// observed counts pods that appeared in the hour before.
func observed(status string) string {
	return `sum(increase(podscore_pods_observed_total{` + inNamespaces + `,status="` + status + `"}[1h]))`
}

// failingChecks counts pods by check, with what is known of the check.
var failingChecks = `sum by (check, severity, required) (
  sum by (cluster, check) (` + failing + `)
    * on (cluster, check) group_left (severity, required) ` + checkInfo + `
) > 0`

// exemptions is a table of the exemptions that hold in the chosen namespaces, and what each
// excuses there.
var exemptions = list{sort: "Pods", columns: []column{
	{title: "Cluster", label: "cluster"},
	{title: "Exemption", label: "exemption"},
	{title: "Owner", label: "owner", width: 130},
	{title: "Pods", expr: mostExempting(`sum by (cluster, exemption) (` + excusedPods + `)`), unit: count, width: 90},
	{title: "Ends in", expr: mostExempting(`max by (cluster, exemption) (podscore_exemption_expiry_timestamp_seconds{` + inCluster + `}) - time()`), unit: duration, steps: remainingSteps, width: 120},
}}

const (
	excusedPods = `max by (cluster, namespace, exemption) (podscore_exemption_pods{` + inNamespaces + `})`

	// One owner, whichever replica names it: two may differ while a new one is read.
	exemptionOwner = `topk by (cluster, exemption) (1, podscore_exemption_info{` + inCluster + `})`
)

// mostExempting bounds an expression to the 50 exemptions with the most pods, and adds
// their owners.
func mostExempting(expr string) string {
	return `max by (cluster, exemption, owner) ((` + within(expr, "cluster, exemption", `topk(50, sum by (cluster, exemption) (`+excusedPods+`))`) + `)
  * on (cluster, exemption) group_left (owner) ` + exemptionOwner + `)`
}

// within bounds an expression to the namespaces, workloads, … that another
// one names.
func within(expr, on, chosen string) string {
	return strings.Join([]string{expr, `  and on (` + on + `)`, chosen}, "\n")
}
