package metrics

import (
	"fmt"
	"runtime"
	"testing"
	"weak"

	dto "github.com/prometheus/client_model/go"

	"github.com/podscore/podscore/posture"
)

// TestAPageLetsGo: the metrics of namespaces and workloads that are gone are not
// kept, neither in a map nor behind the end of a list that is used again.
func TestAPageLetsGo(t *testing.T) {
	const namespaces = 200
	s, page := newStore(t), &page{}
	syncStore(s)
	for i := range namespaces {
		s.PutNamespace(fmt.Sprint("ns-", i))
		s.Put(pod(fmt.Sprint("ns-", i), "web-1", 1))
	}
	gone := map[string]weak.Pointer[dto.Metric]{}
	fill(page, s.Snapshot(), func(family string, metrics []*dto.Metric) {
		gone[family] = weak.Make(metrics[len(metrics)-1])
	})
	if len(gone) < len(perNamespace) {
		t.Fatalf("only %d families were there", len(gone))
	}
	for i := range namespaces {
		s.DeleteNamespace(fmt.Sprint("ns-", i))
		s.Delete(fmt.Sprint("ns-", i), "web-1", 0)
	}
	s.PutNamespace("stays")
	fill(page, s.Snapshot(), func(string, []*dto.Metric) {})
	for range 3 {
		runtime.GC()
	}
	for family, metric := range gone {
		if metric.Value() != nil {
			t.Errorf("a metric of %s is still there after its namespace is gone", family)
		}
	}
	runtime.KeepAlive(page)
}

// fill writes a snapshot into a page, and tells of the families.
func fill(page *page, snapshot *posture.Snapshot, tell func(string, []*dto.Metric)) {
	for _, family := range page.ofWorkloads(page.ofNamespaces(nil, snapshot), snapshot) {
		if len(family.Metric) > 1 {
			tell(family.GetName(), family.Metric)
		}
	}
}

// TestHeldBackByNamespace: who is held back is told, as long as it is.
func TestHeldBackByNamespace(t *testing.T) {
	page := &page{}
	for _, want := range [][]posture.Dropped{{{Namespace: "a", Series: 3}, {Namespace: "b", Series: 1}}, {{Namespace: "b", Series: 2}}, nil} {
		families := page.ofWorkloads(nil, &posture.Snapshot{Dropped: want})
		var got []posture.Dropped
		for _, m := range families[1].Metric {
			got = append(got, posture.Dropped{Namespace: m.Label[0].GetValue(), Series: int(m.Gauge.GetValue())})
		}
		if families[1].GetName() != "podscore_namespace_workload_series_dropped" || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s says %v, want %v", families[1].GetName(), got, want)
		}
	}
}
