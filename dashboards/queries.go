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
	meanScore = `sum(` + scores + ` * on (cluster, namespace) ` + judged + `)
  / (sum(` + judged + ` and on (cluster, namespace) ` + scores + `) > 0)`

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

// within bounds an expression to the namespaces, workloads, … that another
// one names.
func within(expr, on, chosen string) string {
	return strings.Join([]string{expr, `  and on (` + on + `)`, chosen}, "\n")
}
