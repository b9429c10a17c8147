package workload

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// FuzzNames: isName agrees with the API server's own check, and every kind that isKind
// admits is one that the API server admits.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"", "a", "a-b.c", "-a", "a-", "a.-b", "a-.b", "a..b", ".a", "a.", "A", "a_b", "a\n", "é", strings.Repeat("a", 253), strings.Repeat("a", 254)} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if got, want := isName(name), len(validation.IsDNS1123Subdomain(name)) == 0; got != want {
			t.Errorf("%q is a name: %t, the API server says %t", name, got, want)
		}
		if isKind(name) && len(validation.IsDNS1035Label(strings.ToLower(name))) > 0 {
			t.Errorf("%q is a kind, and the API server admits none by it", name)
		}
	})
}

// FuzzOf: whatever a pod contains, its workload has a valid name that is in the pod,
// and is the same for another replica.
func FuzzOf(f *testing.F) {
	for _, row := range parts {
		f.Add("web-1", row.group+"/v1", row.owner, "web-5d9c", row.label, "web", row.with.Key, row.with.Value)
	}
	f.Add("web-1", "apps/v1", "ReplicaSet", "web-5d9c", "pod-template-hash", "5d9c", "", "")
	f.Add("web-1", "batch/v1", "Job", "report-29926680", "", "", "", "")
	f.Add("", "", "", "", "", "", "", "")
	f.Add("pod\xff", "example.com/v1", "K\xff\n\"", "\xff", "", "\xff", "", "-")
	f.Add("web-1", "example.com/v1", strings.Repeat("Kind", 1<<10), strings.Repeat("name", 1<<10), "", "", "", "")
	f.Fuzz(func(t *testing.T, podName, apiVersion, kind, name, key, value, otherKey, otherValue string) {
		pod := func(podName string) *metav1.ObjectMeta {
			return &metav1.ObjectMeta{
				Name: podName, CreationTimestamp: metav1.NewTime(november), Labels: map[string]string{key: value, otherKey: otherValue},
				OwnerReferences: []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: name, Controller: new(true)}},
			}
		}
		w := Of(pod(podName))
		if len(validation.IsDNS1123Subdomain(w.Name)) > 0 || !isKind(w.Kind) {
			t.Errorf("%q is no name of an object", w)
		}
		if w.Name != podName && w.Name != "unnamed" && !strings.HasPrefix(name, w.Name) && value != w.Name && otherValue != w.Name {
			t.Errorf("%q is nowhere in the pod", w)
		}
		if replica := Of(pod("another")); w.Kind != "Pod" && replica != w {
			t.Errorf("of two replicas, one is %q's and the other %q's", w, replica)
		}
	})
}

func TestKnown(t *testing.T) {
	for kind, want := range map[string]bool{"Deployment": true, "Pod": true, "LeaderWorkerSet": true, "Oddity": false, "": false} {
		if Known(kind) != want {
			t.Errorf("%q is known: %t", kind, !want)
		}
	}
}

func BenchmarkWorkload(b *testing.B) {
	pod := Pod{
		Name: "web-5d9c7b8f-x7k2p", Created: november, Owner: &Owner{"apps/v1", "ReplicaSet", "web-5d9c7b8f"},
		Labels: []Label{{"pod-template-hash", "5d9c7b8f"}},
	}
	b.ReportAllocs()
	for b.Loop() {
		if pod.Workload().Kind != "Deployment" {
			b.Fatal("not a Deployment's")
		}
	}
}

// TestNamespace: a name that the API server admits is not changed, and any other is
// made fit to be exposed.
func TestNamespace(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"", ""},
		{"payments", "payments"},
		{strings.Repeat("a", longestName), strings.Repeat("a", longestName)},
		{strings.Repeat("a", longestName+1), strings.Repeat("a", longestName)},
		{strings.Repeat("a", longestName-1) + "é", strings.Repeat("a", longestName-1)},
		{"a\xffb", "a\uFFFDb"},
	} {
		if got := Namespace(c.name); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.name, got, c.want)
		}
	}
}
