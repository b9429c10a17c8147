package input

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/podscore/podscore/metrics"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
	"github.com/podscore/podscore/workload"
)

// namespaces are those that the apiServer has.
var namespaces = []string{"bank", "empty", "shop"}

// newPod is a pod of a Deployment that is good, or fails what a pod without any
// security context fails.
func newPod(namespace, name string, good bool) *corev1.Pod {
	pod := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name, UID: types.UID(namespace + name), CreationTimestamp: metav1.Unix(1767225600, 0),
			Labels:          map[string]string{"pod-template-hash": "5d9c"},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-5d9c", UID: "1", Controller: new(true)}},
		},
		Spec:   corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "nginx"}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning},
	}
	if good {
		harness.Secure(&pod.Spec)
	}
	return pod
}

// truth returns all that podscore is to say of pods that were there and of
// pods that appeared later, found out from the whole pods.
func truth(t *testing.T, there, later []*corev1.Pod) string {
	t.Helper()
	preset, err := policy.Preset(policy.DefaultPreset)
	if err != nil {
		t.Fatal(err)
	}
	store := posture.New(posture.Options{Policy: preset, Limits: posture.Limits{WorkloadSeries: 5000}, Now: time.Now})
	put := func(pods []*corev1.Pod) {
		for _, pod := range pods {
			result := securitycontext.Score(securitycontext.FromPod(pod))
			store.Put(posture.Pod{
				Namespace: pod.Namespace, Name: pod.Name, UID: string(pod.UID), Created: pod.CreationTimestamp.Time,
				Workload: workload.Of(pod), Facts: &result.Facts,
			})
		}
	}
	for _, name := range namespaces {
		store.PutNamespace(name, nil, 0)
	}
	put(there)
	store.Replace("", 1, slices.Values([]posture.Pod(nil)))
	store.ReplaceNamespaces(nil, 0)
	store.Exposed(store.Snapshot())
	put(later)
	store.Release(true)
	gatherer := metrics.NewGatherer(metrics.Options{
		Store: store, Watches: posture.NewWatches(), Configuration: func() *metrics.Configuration { return &metrics.Configuration{} },
		Others: prometheus.NewRegistry(), Now: time.Now,
	})
	page := httptest.NewRecorder()
	nobodyReads := func(context.Context) func(*posture.Snapshot) { return func(*posture.Snapshot) {} }
	metrics.Handler(gatherer, nobodyReads, logr.Discard()).ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	return claims(page.Body.String())
}

// claims returns the lines of a page that say something of the cluster.
func claims(page string) string { return strings.Join(harness.NamespaceSeries(page), "") }

// page returns /metrics, which must answer 200 and be readable.
func page(t *testing.T, p *process.Podscore) string {
	t.Helper()
	if _, err := p.Metrics(t.Context()); err != nil {
		t.Fatal(err)
	}
	return harness.Scrape(t, p)
}
