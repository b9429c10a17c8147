package posture

import (
	"testing"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestWorkloadOf(t *testing.T) {
	for _, c := range []struct {
		name                    string
		apiVersion, kind, owner string
		labels                  map[string]string
		want                    Workload
	}{
		{"nobody's", "", "", "", nil, Workload{"Pod", "pod-1"}},
		{"a Deployment's", "apps/v1", "ReplicaSet", "web-5d9c", map[string]string{"pod-template-hash": "5d9c"}, Workload{"Deployment", "web"}},
		{"a Rollout's", "apps/v1", "ReplicaSet", "web-5d9c", map[string]string{"rollouts-pod-template-hash": "5d9c"}, Workload{"Rollout", "web"}},
		{"a ReplicaSet's of its own", "apps/v1", "ReplicaSet", "web", nil, Workload{"ReplicaSet", "web"}},
		{"a ReplicaSet's of another hash", "apps/v1", "ReplicaSet", "web-5d9c", map[string]string{"pod-template-hash": "777"}, Workload{"ReplicaSet", "web-5d9c"}},
		{"a ReplicaSet's that is nothing but the hash", "apps/v1", "ReplicaSet", "-5d9c", map[string]string{"pod-template-hash": "5d9c"}, Workload{"ReplicaSet", "-5d9c"}},
		{"another group's ReplicaSet", "example.com/v1", "ReplicaSet", "web-5d9c", map[string]string{"pod-template-hash": "5d9c"}, Workload{"ReplicaSet", "web-5d9c"}},
		{"a CronJob's", "batch/v1", "Job", "report-29923453", nil, Workload{"CronJob", "report"}},
		{"a Job's", "batch/v1", "Job", "import", nil, Workload{"Job", "import"}},
		{"a Job's that ends in a date", "batch/v1", "Job", "import-20261231", nil, Workload{"Job", "import-20261231"}},
		{"a Job's that ends in a short number", "batch/v1", "Job", "import-2026", nil, Workload{"Job", "import-2026"}},
		{"a Job's that ends in a longer number", "batch/v1", "Job", "import-129923453", nil, Workload{"Job", "import-129923453"}},
		{"a Job's that is nothing but a number", "batch/v1", "Job", "29923453", nil, Workload{"Job", "29923453"}},
		{"another group's Job", "batch.volcano.sh/v1alpha1", "Job", "train-29923453", nil, Workload{"Job", "train-29923453"}},
		{"a StatefulSet's", "apps/v1", "StatefulSet", "db", map[string]string{"pod-template-hash": "5d9c"}, Workload{"StatefulSet", "db"}},
		{"a node's", "v1", "Node", "linux-1", nil, Workload{"Node", "linux-1"}},
		{"a name that is no UTF-8", "example.com/v1", "Odd\xff", "na\xffme", nil, Workload{"Odd\uFFFD", "na\uFFFDme"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			pod := &metav1.ObjectMeta{Name: "pod-1", Labels: c.labels}
			if c.kind != "" {
				pod.OwnerReferences = []metav1.OwnerReference{
					{APIVersion: "v1", Kind: "ConfigMap", Name: "not the controller"},
					{APIVersion: c.apiVersion, Kind: c.kind, Name: c.owner, Controller: new(true)},
				}
			}
			if got := WorkloadOf(pod); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func FuzzWorkloadOf(f *testing.F) {
	f.Add("apps/v1", "ReplicaSet", "web-5d9c", "5d9c")
	f.Add("batch/v1", "Job", "report-29923453", "")
	f.Fuzz(func(t *testing.T, apiVersion, kind, name, hash string) {
		pod := &metav1.ObjectMeta{
			Name:            "pod",
			Labels:          map[string]string{"pod-template-hash": hash},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: name, Controller: new(true)}},
		}
		if w := WorkloadOf(pod); !utf8.ValidString(w.Kind) || !utf8.ValidString(w.Name) {
			t.Errorf("%q would break the exposition", w)
		}
	})
}
