package chaos

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// series are values by what stands before them in the exposition, such as
// podscore_namespace_pods{namespace="shop",status="compliant"}.
type series map[string]float64

// Truth makes the series of compliance from what the API server says of pods
// and namespaces. It shares with podscore the checks and the policy alone: the
// decoding is the official one, and all adding up is done here, pod by pod.
type Truth struct {
	// Policy is podscore's.
	Policy policy.Policy
	// WorkloadSeriesLimit is podscore's.
	WorkloadSeriesLimit int
	// Namespaces are those that podscore watches; all where there are none.
	Namespaces []string
}

// exemptNamespaces are those that podscore exempts unless it is told otherwise.
var exemptNamespaces = []string{"kube-system", "kube-public", "kube-node-lease"}

// sight is what there is to see of a pod at one moment.
type sight struct {
	finished bool
	status   string
	failed   securitycontext.CheckSet
	ratio    float64
	scored   bool
}

// of looks at a pod.
func (t *Truth) of(pod *corev1.Pod) sight {
	result := securitycontext.Score(securitycontext.FromPod(pod))
	s := sight{finished: result.Finished, status: "noncompliant", failed: result.Failed}
	switch {
	case slices.Contains(exemptNamespaces, pod.Namespace):
		s.status = "exempt"
	case t.Policy.Compliant(&result.Facts):
		s.status = "compliant"
	}
	points := policy.PointsOf(&result.Facts)
	s.ratio, s.scored = points.Ratio()
	return s
}

// Gauges reads all pods and namespaces from the API server and returns what
// every gauge has to say of them.
func (t *Truth) Gauges(ctx context.Context, client kubernetes.Interface) (series, error) {
	namespaces, err := client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	pods, err := client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	byNamespace := map[string][]*corev1.Pod{}
	for i := range pods.Items {
		pod := &pods.Items[i]
		byNamespace[pod.Namespace] = append(byNamespace[pod.Namespace], pod)
	}
	all := series{}
	var workloads []workloadSeries
	for i := range namespaces.Items {
		name := namespaces.Items[i].Name
		if len(t.Namespaces) > 0 && !slices.Contains(t.Namespaces, name) {
			continue
		}
		workloads = append(workloads, t.namespace(all, name, byNamespace[name])...)
	}
	t.workloads(all, workloads)
	return all, nil
}

// namespace adds the series of one namespace, and returns those of its workloads.
func (t *Truth) namespace(all series, name string, pods []*corev1.Pod) []workloadSeries {
	for _, status := range []string{"compliant", "noncompliant", "exempt"} {
		all[podsSeries("podscore_namespace_pods", name, status)] = 0
	}
	for _, check := range securitycontext.Checks() {
		all[checkSeries("podscore_namespace_failing_pods", name, check.ID)] = 0
	}
	oldest, sum, scored := int64(0), 0.0, 0
	failing := map[workloadSeries]float64{}
	for _, pod := range pods {
		s := t.of(pod)
		if s.finished {
			continue
		}
		all[podsSeries("podscore_namespace_pods", name, s.status)]++
		if s.status == "exempt" {
			continue
		}
		if s.scored {
			sum, scored = sum+s.ratio, scored+1
		}
		if created := pod.CreationTimestamp.Unix(); s.status == "noncompliant" && (oldest == 0 || created < oldest) {
			oldest = created
		}
		kind, owner := workloadOf(pod)
		for check := range s.failed.All() {
			all[checkSeries("podscore_namespace_failing_pods", name, securitycontext.Checks()[check].ID)]++
			if t.Policy.Required().Has(check) {
				failing[workloadSeries{check: check, namespace: name, kind: kind, name: owner}]++
			}
		}
	}
	if scored > 0 {
		all[fmt.Sprintf("podscore_namespace_score_ratio{namespace=%q}", name)] = sum / float64(scored)
	}
	if oldest > 0 {
		all[fmt.Sprintf("podscore_namespace_oldest_noncompliant_timestamp_seconds{namespace=%q}", name)] = float64(oldest)
	}
	var workloads []workloadSeries
	for workload, pods := range failing {
		workload.pods = pods
		workloads = append(workloads, workload)
	}
	return workloads
}

func podsSeries(name, namespace, status string) string {
	return fmt.Sprintf("%s{namespace=%q,status=%q}", name, namespace, status)
}

func checkSeries(name, namespace, check string) string {
	return fmt.Sprintf("%s{check=%q,namespace=%q}", name, check, namespace)
}

// workloadSeries is a series of podscore_workload_failing_pods, and its value.
type workloadSeries struct {
	check                 int
	namespace, kind, name string
	pods                  float64
}

// What a pod may be called, and what a Job is called that a CronJob made: the
// minute is at its end.
var (
	objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	kindName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,62}$`)
	scheduled  = regexp.MustCompile(`^(.{1,52})-([0-9]{8})$`)
)

// workloadOf names what a pod belongs to, as docs/checks.md has it, of the owners
// that the pods here have.
func workloadOf(pod *corev1.Pod) (kind, name string) {
	owner := metav1.GetControllerOf(pod)
	if owner == nil || !kindName.MatchString(owner.Kind) || !objectName.MatchString(owner.Name) || len(owner.Name) > 253 {
		return "Pod", pod.Name
	}
	if set := pod.Labels["leaderworkerset.sigs.k8s.io/name"]; owner.Kind == "StatefulSet" && objectName.MatchString(set) {
		return "LeaderWorkerSet", set
	}
	hashes := map[string]string{"Rollout": pod.Labels["rollouts-pod-template-hash"], "Deployment": pod.Labels["pod-template-hash"]}
	for _, kind := range []string{"Rollout", "Deployment"} {
		if hash := hashes[kind]; owner.Kind == "ReplicaSet" && hash != "" && len(owner.Name) > len(hash)+1 && owner.Name[len(owner.Name)-len(hash)-1:] == "-"+hash {
			return kind, owner.Name[:len(owner.Name)-len(hash)-1]
		}
	}
	if match := scheduled.FindStringSubmatch(owner.Name); owner.Kind == "Job" && match != nil {
		minute, err := strconv.ParseInt(match[2], 10, 64)
		if since := pod.CreationTimestamp.Unix() - minute*60; err == nil && since >= 0 && since <= 3*86400 {
			return "CronJob", match[1]
		}
	}
	return owner.Kind, owner.Name
}
