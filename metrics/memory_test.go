package metrics

import (
	"fmt"
	"runtime"
	"testing"
	"weak"

	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/posture"
)

// TestDeletedSeriesAreFreed: an exposition keeps no series of deleted namespaces and workloads,
// neither in a map nor behind the end of a list.
func TestDeletedSeriesAreFreed(t *testing.T) {
	const namespaces = 200
	s, e := newStore(t), &exposition{}
	syncStore(s)
	for i := range namespaces {
		s.PutNamespace(fmt.Sprint("ns-", i), nil, 0)
		s.Put(pod(fmt.Sprint("ns-", i), "web-1", 1))
	}
	gone := map[string]weak.Pointer[dto.Metric]{}
	fill(e, s.Snapshot(), func(family string, metrics []*dto.Metric) {
		gone[family] = weak.Make(metrics[len(metrics)-1])
	})
	if len(gone) < len(perNamespace) {
		t.Fatalf("only %d families were there", len(gone))
	}
	for i := range namespaces {
		s.DeleteNamespace(fmt.Sprint("ns-", i), 0)
		s.Delete(fmt.Sprint("ns-", i), "web-1", 0)
	}
	s.PutNamespace("stays", nil, 0)
	fill(e, s.Snapshot(), func(string, []*dto.Metric) {})
	for range 3 {
		runtime.GC()
	}
	for family, metric := range gone {
		if metric.Value() != nil {
			t.Errorf("a series of %s is not freed after its namespace was deleted", family)
		}
	}
	runtime.KeepAlive(e)
}

// fill adds a snapshot to an exposition, and calls visit for the families with several series.
func fill(e *exposition, snapshot *posture.Snapshot, visit func(string, []*dto.Metric)) {
	for _, family := range e.addWorkloads(e.addNamespaces(nil, snapshot), snapshot) {
		if len(family.Metric) > 1 {
			visit(family.GetName(), family.Metric)
		}
	}
}

// TestDroppedByNamespace: the namespaces with dropped series are exposed, and no others from
// an earlier scrape.
func TestDroppedByNamespace(t *testing.T) {
	e := &exposition{}
	for _, want := range [][]posture.Dropped{{{Namespace: "a", Series: 3}, {Namespace: "b", Series: 1}}, {{Namespace: "b", Series: 2}}, nil} {
		families := e.addWorkloads(nil, &posture.Snapshot{Dropped: want})
		var got []posture.Dropped
		for _, m := range families[1].Metric {
			got = append(got, posture.Dropped{Namespace: m.Label[0].GetValue(), Series: int(m.Gauge.GetValue())})
		}
		if families[1].GetName() != "podscore_namespace_workload_series_dropped" || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s says %v, want %v", families[1].GetName(), got, want)
		}
	}
}
