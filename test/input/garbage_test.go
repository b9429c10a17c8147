package input

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// garbage is one way in which an API server, or what stands before it, answers
// wrongly, to lists and watches alike where nothing else is said.
type garbage struct {
	name   string
	answer answer
	// usable is true where there is enough in the answers to go on with: podscore
	// may be ready.
	usable bool
	// hangs is true where the answers hang, and what hangs is not cut off when
	// the server answers rightly again.
	hangs bool
	// each is how many requests client-go makes for one that it is asked for, if
	// that is not 1.
	each int
}

var garbages = []garbage{
	{name: "an HTML page", answer: always(http.StatusOK, "text/html", "<html>Sign in</html>")},
	{name: "an HTML page of an error", answer: always(http.StatusBadGateway, "text/html", "<html>Bad gateway</html>")},
	{name: "nothing at all", answer: always(http.StatusOK, lists, "")},
	{name: "a content type that is none", answer: relabelled(";;;", 0)},
	{name: "protobuf under the name of JSON", answer: relabelled("application/json", 0)},
	{name: "JSON under the name of protobuf", answer: always(http.StatusOK, lists, `{"kind":"PodList","apiVersion":"v1","items":[]}`)},
	{name: "JSON that ends early", answer: always(http.StatusOK, "application/json", `{"kind":"PodList","apiVersion":"v1","items":[{"meta`)},
	{name: "a failure with status 200", answer: always(http.StatusOK, "application/json", `{"kind":"Status","apiVersion":"v1","status":"Failure","code":500}`)},
	{name: "gzip that is none", answer: relabelled(lists, 0, "Content-Encoding", "gzip")},
	{name: "redirects in a circle", answer: redirect, each: 11},
	{name: "too many requests, try again at once", answer: tooMany, each: 11},
	{name: "half of the bytes", answer: relabelled(lists, 2), usable: true},
	{name: "objects of another kind", answer: anotherKind},
	{name: "frames of 4 GB", answer: framesOf(math.MaxUint32)},
	{name: "frames of a negative length", answer: framesOf(1 << 31)},
	{name: "lengths below 0 in the bytes", answer: bytesOf(event(watch.Added, append([]byte("k8s\x00"), 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)))},
	{name: "events without an object", answer: bytesOf(event(watch.Added, nil))},
	{name: "events of an unknown type", answer: bytesOf(event("EXPLODED", encode(newPod("shop", "x", false))))},
	{name: "bookmarks without an end", answer: bookmarks, usable: true},
	{name: "an answer that never begins", answer: hang, hangs: true},
	{name: "watches that stop halfway", answer: hangHalfway(true), hangs: true, usable: true},
	{name: "lists that stop halfway", answer: hangHalfway(false), hangs: true},
	{name: "watches that end at once", answer: watchesEnd(false), usable: true},
	{name: "watches that end after a bookmark", answer: watchesEnd(true), usable: true},
	{name: "resource versions that are no numbers", answer: noVersions, usable: true},
}

// What podscore may do while it is told garbage. Two resources are listed and
// watched, with a growing delay between two attempts.
const (
	watched       = 3 * time.Second
	maxRequests   = 20  // in that time
	maxCPU        = 0.3 // of a processor
	maxMemory     = 150 // MiB
	healsWithin   = time.Minute
	silenceBefore = "--watch-stalled-after=2s"
)

// TestGarbage: whatever the API server answers, podscore lives on, asks no more
// than is sensible, says nothing of the cluster that is not true, and is right
// again when the answers are.
func TestGarbage(t *testing.T) {
	for _, g := range garbages {
		t.Run(strings.ReplaceAll(g.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			there := []*corev1.Pod{newPod("shop", "web-1", true), newPod("shop", "web-2", false), newPod("bank", "web-1", false)}
			s := startAPIServer(t, g.answer, there...)
			p := harness.StartPodscore(t, binary, s.kubeconfig(t), silenceBefore, "--log-level=debug")

			before := truth(t, there, nil)
			g.endure(t, s, p, "", before)
			s.become(nil, g.hangs)
			heals(t, p, before)

			s.become(g.answer, false)
			late := newPod("shop", "web-3", false)
			s.add("pods", late)
			after := truth(t, there, []*corev1.Pod{late})
			known := truth(t, slices.Concat(there, []*corev1.Pod{late}), nil) // and not counted yet
			g.endure(t, s, p, before, known, after)
			s.become(nil, g.hangs)
			heals(t, p, after)

			if peak := harness.PeakMemory(t, p); peak > maxMemory {
				t.Errorf("podscore took %d MiB, want at most %d", peak, maxMemory)
			}
		})
	}
}

// endure looks at podscore for a while. It may say only what it knew before, if
// anything, or what is true now.
func (g *garbage) endure(t *testing.T, s *apiServer, p *process.Podscore, may ...string) {
	t.Helper()
	asked, spent, told := s.asked(), harness.CPU(t, p), false
	for end := time.Now().Add(watched); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if code, body, err := process.Get(t.Context(), p.ProbesURL+"/healthz"); err != nil || code != http.StatusOK {
			t.Fatalf("podscore is not alive: %d %s %v", code, body, err)
		}
		if got := claims(page(t, p)); !slices.Contains(may, got) {
			t.Fatalf("podscore says what is not true:\n%s", harness.Difference(got, may[len(may)-1]))
		}
		code, _, err := process.Get(t.Context(), p.ProbesURL+"/readyz")
		told = told || err != nil || code != http.StatusOK
	}
	if !told && !g.usable {
		t.Error("podscore was ready all the time")
	}
	if asked = s.asked() - asked; asked > maxRequests*max(1, g.each) {
		t.Errorf("podscore asked %d times in %s, want at most %d", asked, watched, maxRequests*max(1, g.each))
	}
	if spent = harness.CPU(t, p) - spent; spent.Seconds() > maxCPU*watched.Seconds() {
		t.Errorf("podscore took %s of processor time in %s", spent, watched)
	}
	t.Logf("%d requests, %s of processor time in %s; %d MiB at the most", asked, spent, watched, harness.PeakMemory(t, p))
}

// heals waits until podscore is ready and says exactly what is true.
func heals(t *testing.T, p *process.Podscore, want string) {
	t.Helper()
	began := time.Now()
	harness.Ready(t, p, healsWithin)
	for got := ""; got != want; time.Sleep(50 * time.Millisecond) {
		if got = claims(page(t, p)); time.Since(began) > healsWithin {
			t.Fatalf("%s after the API server answers rightly, podscore differs from the truth in\n%s", healsWithin, harness.Difference(got, want))
		}
	}
	t.Logf("right again after %s", time.Since(began).Round(time.Millisecond))
}

// TestOddNames: what the API server would never admit into a name hides nothing
// that others are to see.
func TestOddNames(t *testing.T) {
	t.Parallel()
	odd := newPod("shop", "web-\xff", false)
	odd.OwnerReferences = nil
	there := []*corev1.Pod{newPod("bank", "web-1", false), newPod("shop", "web-1", true), odd}
	s := startAPIServer(t, nil, there...)
	s.add("namespaces", &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "odd\xff", UID: "1"}})
	p := harness.StartPodscore(t, binary, s.kubeconfig(t))
	harness.Ready(t, p, time.Minute)
	if got := page(t, p); !strings.Contains(got, `podscore_namespace_pods{namespace="bank",status="noncompliant"} 1`) {
		t.Errorf("the page has nothing of the pods whose names are fine:\n%s", claims(got))
	}
}
