package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// series are values by name and labels, as in the exposition, such as
// podscore_namespace_pods{namespace="shop",status="compliant"}.
type series map[string]float64

// Truth is the oracle: it computes the expected series from the API server's pods and
// namespaces. It shares only the checks, the presets and the points with podscore. It decodes
// pods with the official types, excuses failure by failure, and adds up pod by pod.
type Truth struct {
	mu   sync.Mutex  // several loads ask at once
	now  standpoint  // what all replicas judge by
	next *standpoint // what they take in at present, each at its own time; nil if nothing
	// WorkloadSeriesLimit is podscore's.
	WorkloadSeriesLimit int
	// Namespaces are those that podscore watches; empty for all.
	Namespaces []string
}

// systemNamespaces is the exemption of those namespaces that podscore exempts by default.
var systemNamespaces = exemption{name: "system-namespaces", namespaces: []string{"kube-system", "kube-public", "kube-node-lease"}}

// state is what the series depend on of a pod at one moment.
type state struct {
	finished bool
	status   string
	out      bool                     // an exemption takes the pod out of everything
	failed   securitycontext.CheckSet // what is not excused; nothing if the pod is out
	excuses  []anExcuse
	ratio    float64
	scored   bool
}

// stateOf returns the state of a pod by a standpoint.
func stateOf(pod *corev1.Pod, by *standpoint) state {
	result := securitycontext.Score(securitycontext.FromPod(pod))
	required, failedAtAll := by.required(), result.Failed
	s := state{finished: result.Finished, status: "noncompliant"}
	s.failed, s.excuses, s.out = excused(pod, by.tiers[pod.Namespace], result.Findings, append([]exemption{systemNamespaces}, by.exemptions...))
	switch {
	case s.out:
		s.status, s.failed = "exempt", 0
		return s
	case failedAtAll&required == 0:
		s.status = "compliant"
	case s.failed&required == 0:
		s.status = "exempt"
	}
	result.NotApplicable |= failedAtAll &^ s.failed // a check that is exempt is in neither sum
	result.Failed = s.failed
	points := policy.PointsOf(&result.Facts)
	s.ratio, s.scored = points.Ratio()
	return s
}

// moment returns the present state of a pod.
func (t *Truth) moment(pod *corev1.Pod, kind momentKind) moment {
	t.mu.Lock()
	defer t.mu.Unlock()
	return moment{stateOf(pod, &t.now), stateOf(pod, t.newest()), kind}
}

// tierOf returns the labels of a namespace that is created: those that it had, or random
// ones.
func (t *Truth) tierOf(namespace string, r *rand.Rand) map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	tier, known := t.newest().tiers[namespace]
	if !known {
		tier = oneOf(r, tiers...)
		t.now.tiers[namespace] = tier
		t.newest().tiers[namespace] = tier
	}
	if tier == "" {
		return nil
	}
	return map[string]string{"tier": tier}
}

// newest returns what all replicas will judge by.
func (t *Truth) newest() *standpoint {
	if t.next != nil {
		return t.next
	}
	return &t.now
}

// Gauges reads all pods and namespaces from the API server, and returns the expected
// value of every gauge.
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
	all["podscore_exemption_series_dropped"] = 0
	for _, e := range append([]exemption{systemNamespaces}, t.newest().exemptions...) {
		all[fmt.Sprintf("podscore_exemption_failures{exemption=%q}", e.name)] += 0
	}
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
		s := stateOf(pod, t.newest())
		if s.finished {
			continue
		}
		all[podsSeries("podscore_namespace_pods", name, s.status)]++
		for _, e := range s.excuses {
			all[fmt.Sprintf("podscore_exemption_pods{exemption=%q,namespace=%q}", e.exemption, name)]++
			all[fmt.Sprintf("podscore_exemption_failures{exemption=%q}", e.exemption)] += float64(e.checks)
		}
		if s.out {
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
			if t.newest().required().Has(check) {
				failing[workloadSeries{check: check, namespace: name, kind: kind, name: owner}]++
			}
		}
	}
	all[fmt.Sprintf("podscore_namespace_score_pods{namespace=%q}", name)] = float64(scored)
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

// The valid names of objects and kinds, and the names of Jobs that a CronJob made,
// which end in the scheduled minute.
var (
	objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	kindName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,62}$`)
	scheduled  = regexp.MustCompile(`^(.{1,52})-([0-9]{8})$`)
)

// workloadOf returns the workload of a pod, as docs/checks.md defines it, for the owners
// that randomPod uses.
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
