package input

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// What etcd is told to take at once: more than the 1.5 MiB of its own, so that
// many objects go in one request.
var roomy = controlplane.Options{Bare: true, Etcd: map[string]string{"max-request-bytes": "33554432", "quota-backend-bytes": "4294967296"}}

// huge is something that somebody with the rights to create pods or namespaces
// may put into a cluster, and what it may cost.
type huge struct {
	name   string
	count  int
	object func(i int) controlplane.Stored
	// admitted is true if the API server is asked to create it; the rest is written
	// past it, because there is so much of it.
	admitted bool
	// many is true if it takes a minute: then only `make huge` does it.
	many bool
	// shown is what the page must say.
	shown string
	// Bounds, for the whole process: MiB, time, and MiB of text.
	memory int
	ready  time.Duration
	page   int
}

var huges = []huge{
	{
		name: "a pod of 10,000 containers", count: 1, object: containers(10_000, false), admitted: true,
		shown: `podscore_namespace_pods{namespace="huge",status="noncompliant"} 1`, memory: 100, ready: 20 * time.Second, page: 1,
	},
	{
		name: "a pod of 10,000 containers with security contexts", count: 1, object: containers(10_000, true), admitted: true,
		shown: `podscore_namespace_pods{namespace="huge",status="noncompliant"} 1`, memory: 100, ready: 20 * time.Second, page: 1,
	},
	{
		name: "1,000 pods with the longest names and labels", count: 1000, object: longNames, admitted: true,
		shown: `podscore_namespace_pods{namespace="huge",status="noncompliant"} 1000`, memory: 100, ready: 20 * time.Second, page: 4,
	},
	{
		name: "100 pods whose owners have names of 1 MB", count: 100, object: longOwner, admitted: true,
		shown: `podscore_namespace_pods{namespace="huge",status="noncompliant"} 100`, memory: 120, ready: 30 * time.Second, page: 1,
	},
	{
		name: "100 pods with security contexts of 1 MB", count: 100, object: longContext, admitted: true,
		shown: `podscore_namespace_pods{namespace="huge",status="noncompliant"} 100`, memory: 120, ready: 30 * time.Second, page: 1,
	},
	{
		name: "300 pods of 1.2 MB", count: 300, object: longArguments, admitted: true,
		shown: `podscore_namespace_pods{namespace="huge",status="noncompliant"} 300`, memory: 80, ready: 30 * time.Second, page: 1,
	},
	{
		name: "1,000 namespaces with annotations of 250 KB", count: 1000, object: longAnnotations, many: true,
		shown: `podscore_namespace_pods{namespace="noted-999",status="compliant"} 0`, memory: 100, ready: 30 * time.Second, page: 5,
	},
	{
		name: "100,000 pods in one namespace", count: 100_000, object: manyPods, many: true,
		shown: `podscore_namespace_pods{namespace="huge",status="noncompliant"} 100000`, memory: 250, ready: time.Minute, page: 2,
	},
	{
		name: "20,000 empty namespaces", count: 20_000, object: manyNamespaces, many: true,
		shown: `podscore_namespace_pods{namespace="empty-19999",status="compliant"} 0`, memory: 500, ready: time.Minute, page: 100,
	},
}

// TestHuge: whatever there is, podscore takes no more memory and time than this,
// whether the API server streams lists or not.
// With -v it prints the figures as a table.
func TestHuge(t *testing.T) {
	for _, h := range huges {
		t.Run(strings.ReplaceAll(h.name, " ", "-"), func(t *testing.T) {
			if h.many && os.Getenv("PODSCORE_HUGE") == "" {
				t.Skip("takes long: make huge does it")
			}
			cluster := harness.StartCluster(t, roomy)
			write(t, cluster, 1, func(int) controlplane.Stored { return controlplane.StoredNamespace("huge") })
			if h.admitted {
				create(t, cluster, h.count, h.object)
			} else {
				write(t, cluster, h.count, h.object)
			}
			h.measure(t, cluster, "streamed")
			if err := cluster.RestartAPIServer(map[string]string{"feature-gates": "WatchList=false"}); err != nil {
				t.Fatal(err)
			}
			h.measure(t, cluster, "in pages")
		})
	}
}

// measure starts a podscore before what is there, and looks at what it takes.
func (h *huge) measure(t *testing.T, cluster *harness.Cluster, lists string) {
	t.Helper()
	p := harness.StartPodscore(t, binary, cluster.Kubeconfig)
	took := harness.Ready(t, p, 5*time.Minute)
	first := scrape(t, p, h.shown)
	second := scrape(t, p, h.shown)
	peak := harness.PeakMemory(t, p)
	t.Logf("| %s, %s | %d MiB | %.1f s | %.2f s, then %.2f s | %.1f MiB |",
		h.name, lists, peak, took.Seconds(), first.took.Seconds(), second.took.Seconds(), float64(second.bytes)/(1<<20))
	if peak > h.memory || took > h.ready || second.bytes > h.page<<20 {
		t.Errorf("lists %s: want at most %d MiB of memory, %s and a page of %d MiB", lists, h.memory, h.ready, h.page)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

// write writes objects past the API server.
func write(t *testing.T, cluster *harness.Cluster, count int, object func(int) controlplane.Stored) {
	t.Helper()
	if err := cluster.Write(t.Context(), count, object); err != nil {
		t.Fatal(err)
	}
}

// create has the API server create pods.
func create(t *testing.T, cluster *harness.Cluster, count int, object func(int) controlplane.Stored) {
	t.Helper()
	config := rest.CopyConfig(cluster.Config)
	config.ContentType = lists
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	for i := range count {
		pod := object(i).Object.(*corev1.Pod)
		pod.UID, pod.CreationTimestamp = "", metav1.Time{}
		if _, err := client.CoreV1().Pods(pod.Namespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			t.Fatalf("%.500s", err)
		}
	}
}

// scraped is what a scrape took.
type scraped struct {
	took  time.Duration
	bytes int
}

// scrape reads the page, which must have a line.
func scrape(t *testing.T, p *process.Podscore, line string) scraped {
	t.Helper()
	began := time.Now()
	code, body, err := process.Get(t.Context(), p.MetricsURL+"/metrics")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(body, line+"\n") {
		t.Fatalf("the page, of %d bytes and status %d, does not say %s", len(body), code, line)
	}
	return scraped{time.Since(began), len(body)}
}

// The API server admits twice as many as 10,000, before etcd refuses.
func containers(count int, secured bool) func(int) controlplane.Stored {
	return func(int) controlplane.Stored {
		pod := newPod("huge", "wide", false)
		pod.Spec.Containers = nil
		for i := range count {
			container := corev1.Container{Name: fmt.Sprint("c-", i), Image: "nginx"}
			if secured {
				container.SecurityContext = &corev1.SecurityContext{RunAsUser: new(int64(i)), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}}
			}
			pod.Spec.Containers = append(pod.Spec.Containers, container)
		}
		return controlplane.StoredPod(pod)
	}
}

// Longest in the API: 253 bytes in a name, 63 in a label's value, 253 and 63 in its key.
func longNames(i int) controlplane.Stored {
	long := func(prefix string, length int) string {
		return fmt.Sprintf("%s-%05d-%s", prefix, i, strings.Repeat("x", length))[:length]
	}
	pod := newPod("huge", long("pod", 253), false)
	pod.OwnerReferences[0] = metav1.OwnerReference{
		APIVersion: "example.com/v1", Kind: strings.ReplaceAll(long("Kind", 63+2), "-", ""), Name: long("owner", 253), UID: types.UID(fmt.Sprint(i)), Controller: new(true),
	}
	for n := range 100 {
		pod.Labels[fmt.Sprintf("%03d%s/%s", n, strings.Repeat("p", 250), strings.Repeat("k", 63))] = strings.Repeat("v", 63)
	}
	return controlplane.StoredPod(pod)
}

// The API server does not look at how long a reference is.
func longOwner(i int) controlplane.Stored {
	pod := newPod("huge", fmt.Sprint("pod-", i), false)
	pod.OwnerReferences[0].Name = fmt.Sprint(i, strings.Repeat("o", 1<<20))
	return controlplane.StoredPod(pod)
}

// Nor at how long the values of a sysctl or of SELinux are.
func longContext(i int) controlplane.Stored {
	pod := newPod("huge", fmt.Sprint("pod-", i), false)
	pod.Spec.SecurityContext = &corev1.PodSecurityContext{SELinuxOptions: &corev1.SELinuxOptions{Level: fmt.Sprint(i, strings.Repeat("s", 1<<20))}}
	return controlplane.StoredPod(pod)
}

// Of what a container is told the API server admits all that etcd takes. The pod need not run.
func longArguments(i int) controlplane.Stored {
	pod := newPod("huge", fmt.Sprint("pod-", i), false)
	pod.Spec.Containers[0].Args = []string{fmt.Sprint(i, strings.Repeat("a", 1_200_000))}
	return controlplane.StoredPod(pod)
}

// All annotations of an object may have 256 KiB.
func longAnnotations(i int) controlplane.Stored {
	namespace := controlplane.StoredNamespace(fmt.Sprint("noted-", i))
	namespace.Object.(*corev1.Namespace).Annotations = map[string]string{"note": fmt.Sprint(i, strings.Repeat("n", 250_000))}
	return namespace
}

func manyPods(i int) controlplane.Stored {
	pod := newPod("huge", fmt.Sprint("pod-", i), false)
	pod.OwnerReferences = nil
	return controlplane.StoredPod(pod)
}

func manyNamespaces(i int) controlplane.Stored {
	return controlplane.StoredNamespace(fmt.Sprint("empty-", i))
}
