package main

import (
	"encoding/json"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// TestPodIsRealistic: a pod is as large as real ones are, and the official
// decoder reads from its stored form what was put in.
func TestPodIsRealistic(t *testing.T) {
	total := 0
	const pods = 2000
	for slot := range pods {
		pod := newPod(slot*7, slot%3, noon)
		operation, err := putPod(pod)
		if err != nil {
			t.Fatal(err)
		}
		value := operation.GetRequestPut().Value
		total += len(value)
		if len(value) < 5500 || len(value) > 6500 {
			t.Fatalf("pod %d has %d bytes, want 5,500 to 6,500", slot, len(value))
		}
		decoded, _, err := scheme.Codecs.UniversalDeserializer().Decode(value, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		decoded.(*corev1.Pod).TypeMeta = pod.TypeMeta
		if !equality.Semantic.DeepEqual(decoded, pod) {
			t.Fatalf("pod %d is decoded as\n%+v\nand was\n%+v", slot, decoded, pod)
		}
		for _, entry := range pod.ManagedFields {
			if !json.Valid(entry.FieldsV1.GetRawBytes()) {
				t.Fatalf("managed fields are no JSON: %s", entry.FieldsV1.GetRawString())
			}
		}
	}
	t.Logf("%d bytes on average", total/pods)
}

// TestPodsScore: a quarter of the workloads each stands where it is meant to,
// and all replicas belong to one Deployment.
func TestPodsScore(t *testing.T) {
	cis, _ := policy.Preset("cis")
	restricted, _ := policy.Preset("restricted")
	for nth, want := range []struct {
		low, high       int
		cis, restricted bool
	}{{100, 100, true, true}, {70, 90, false, true}, {5, 50, false, false}, {0, 0, false, false}} {
		owners := map[workload.Workload]bool{}
		for replica := range podsPerWorkload {
			pod := newPod(nth*podsPerWorkload+replica, 0, noon)
			owners[workload.Of(pod)] = true
			result := securitycontext.Score(securitycontext.FromPod(pod))
			points := policy.PointsOf(&result.Facts)
			percent, _ := points.Percent()
			if percent < want.low || percent > want.high || cis.Compliant(&result.Facts) != want.cis || restricted.Compliant(&result.Facts) != want.restricted {
				t.Errorf("workload %d scores %d and fails %v, want %+v", nth, percent, result.Findings, want)
			}
		}
		if len(owners) != 1 {
			t.Errorf("the replicas of one workload belong to %v", owners)
		}
	}
}

// TestRestartChangesStatusOnly: what the load calls an update of the status is one.
func TestRestartChangesStatusOnly(t *testing.T) {
	pod := newPod(5, 1, noon)
	updated := restarted(pod, 5, 1, 1, noon.Add(time.Minute))
	if equality.Semantic.DeepEqual(updated.Status, pod.Status) {
		t.Error("the status is the same")
	}
	updated.Status = pod.Status
	if !equality.Semantic.DeepEqual(updated, pod) {
		t.Error("more than the status differs")
	}
}
