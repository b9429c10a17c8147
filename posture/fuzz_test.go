package posture

import (
	"strings"
	"testing"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// longestName is that of anything the API has. It does not check how long the
// kind and the name in an owner reference are: whoever may create a pod may
// write a megabyte there, for every scraper to read.
const longestName = 253

// FuzzOwner: whatever a reference says, the workload's name is short, can be
// exposed, is made of what the reference says, and is the same for all replicas.
func FuzzOwner(f *testing.F) {
	f.Add("apps/v1", "ReplicaSet", "web-5d9c", "5d9c", "")
	f.Add("apps/v1", "ReplicaSet", "web-5d9c", "", "5d9c")
	f.Add("batch/v1", "Job", "report-29923453", "", "")
	f.Add("", "", "", "", "")
	f.Add("example.com/v1", "K\xff\n\"", "\xff", "\xff", "-")
	f.Add("example.com/v1", "Odd", strings.Repeat("\xff\x00", longestName/2), "", "")
	f.Add("example.com/v1", strings.Repeat("Kind", 1<<10), strings.Repeat("name", 1<<10), "", "")
	f.Fuzz(func(t *testing.T, apiVersion, kind, name, hash, rolloutHash string) {
		pod := func(suffix string) *metav1.ObjectMeta {
			return &metav1.ObjectMeta{
				Name:            "pod-" + suffix,
				Labels:          map[string]string{"pod-template-hash": hash, RolloutHashLabel: rolloutHash},
				OwnerReferences: []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: name, Controller: new(true)}},
			}
		}
		w := WorkloadOf(pod("1"))
		if !utf8.ValidString(w.Kind) || !utf8.ValidString(w.Name) {
			t.Errorf("%q would break the exposition", w)
		}
		if len(w.Kind) > longestName || len(w.Name) > longestName {
			t.Errorf("a kind of %d bytes and a name of %d are exposed, want at most %d", len(w.Kind), len(w.Name), longestName)
		}
		if len(kind) <= longestName && len(name) <= longestName && utf8.ValidString(name) {
			if !strings.HasPrefix(name, w.Name) {
				t.Errorf("%q is no part of the owner's name %q", w.Name, name)
			}
			if replica := WorkloadOf(pod("2")); replica != w {
				t.Errorf("of two replicas, one is %q's and the other %q's", w, replica)
			}
		}
	})
}
