package metrics

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// formats has the Accept headers of the formats that Prometheus asks for.
var formats = map[string]string{
	"text":        "text/plain;version=0.0.4",
	"OpenMetrics": "application/openmetrics-text;version=1.0.0",
	"protobuf":    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
}

// FuzzExposition puts pods and namespaces with any names, valid in Kubernetes or not: the
// exposition can be parsed in every format, has the same series in all of them, and each
// of them once.
func FuzzExposition(f *testing.F) {
	f.Add("shop", "web-1", "Deployment", "web", "bank", uint64(1))
	f.Add("kube-system", "dns", "", "", "shop", uint64(1<<securitycontext.NumChecks-1))
	f.Add("shop", "a\\b\"c\nd", "K\n# TYPE x counter\n", "} 1\nx{a=\"", "shop ", uint64(7))
	f.Add("", "", "Pod", "", "", uint64(3))
	f.Add("äöü", "名前", "\u2028", "\x00\r\t", "\U0001F600", uint64(5))
	f.Add(strings.Repeat("n", 63), strings.Repeat("p", 253), "ReplicaSet", strings.Repeat("o", 253), strings.Repeat("m", 63), uint64(9))
	f.Add("shop", "pod\xff", "", "", "bank", uint64(1))
	f.Add("shop\xff", "web", "", "", "shop\xfe", uint64(1))
	f.Add("\uFFFD", "web", "K\xff", "o\xff", "\xff", uint64(1))
	f.Fuzz(func(t *testing.T, namespace, name, kind, owner, other string, failed uint64) {
		s := newStore(t)
		for _, ns := range []string{namespace, other} {
			s.PutNamespace(ns, nil, 0)
			for i, kind := range []string{kind, ""} {
				s.Put(anyPod(ns, fmt.Sprint(name, i), kind, owner, failed>>i))
			}
		}
		syncStore(s)
		s.Put(anyPod(namespace, name, kind, owner, failed))

		gatherer := newGatherer(s)
		families, err := gatherer.Gather()
		if err != nil {
			t.Fatal(err)
		}
		want := seriesOf(t, "in memory", families)
		for format, accept := range formats {
			got := seriesOf(t, format, scrape(t, gatherer, format, accept))
			if wrong := difference(got, want); wrong != "" {
				t.Errorf("%s: %s", format, wrong)
			}
		}
	})
}

// anyPod returns a pod that a controller of the kind owns; none owns it if kind is empty.
func anyPod(namespace, name, kind, owner string, failed uint64) posture.Pod {
	meta := &metav1.ObjectMeta{Namespace: namespace, Name: name}
	if kind != "" {
		meta.OwnerReferences = []metav1.OwnerReference{{APIVersion: "example.com/v1", Kind: kind, Name: owner, Controller: new(true)}}
	}
	p := pod(namespace, name, securitycontext.CheckSet(failed)&(1<<securitycontext.NumChecks-1))
	p.Workload = workload.Of(meta)
	return p
}

// scrape returns the families that a scraper parses in a format.
func scrape(t *testing.T, gatherer *Gatherer, format, accept string) []*dto.MetricFamily {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody)
	request.Header.Set("Accept", accept)
	recorder := httptest.NewRecorder()
	Handler(gatherer, nobodyReads, logr.Discard()).ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK {
		t.Fatalf("%s: status %d: %s", format, recorder.Code, recorder.Body)
	}
	if mediaType, _, _ := strings.Cut(accept, ";"); !strings.HasPrefix(recorder.Header().Get("Content-Type"), mediaType) {
		t.Fatalf("asked for %s, the response is %s", accept, recorder.Header().Get("Content-Type"))
	}
	decoder := expfmt.NewDecoder(recorder.Body, expfmt.ResponseFormat(recorder.Header()))
	var families []*dto.MetricFamily
	for {
		family := &dto.MetricFamily{}
		if err := decoder.Decode(family); errors.Is(err, io.EOF) {
			return families
		} else if err != nil {
			t.Fatalf("%s: the response cannot be parsed: %v", format, err)
		}
		families = append(families, family)
	}
}

// seriesOf returns the values of all series, except for those that differ between scrapes of
// the same state. It fails the test if a series is there twice.
func seriesOf(t *testing.T, format string, families []*dto.MetricFamily) map[string]float64 {
	t.Helper()
	all := map[string]float64{}
	for _, family := range families {
		if strings.HasPrefix(family.GetName(), detection.Name) || family.GetName() == collectDuration.name {
			continue
		}
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, pair := range m.GetLabel() {
				labels[pair.GetName()] = pair.GetValue()
			}
			series := fmt.Sprintf("%s%q", family.GetName(), labels)
			if _, twice := all[series]; twice {
				t.Fatalf("%s: %s is there twice", format, series)
			}
			all[series] = m.GetGauge().GetValue() + m.GetCounter().GetValue() + m.GetUntyped().GetValue()
		}
	}
	return all
}

// difference describes the first series with another value than wanted; empty if there is none.
func difference(got, want map[string]float64) string {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if value, there := got[name]; !there || value != want[name] {
			return fmt.Sprintf("%s is %v (present: %t), want %v", name, value, there, want[name])
		}
	}
	for name := range got {
		if _, wanted := want[name]; !wanted {
			return name + " is not wanted"
		}
	}
	return ""
}
