package posture

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/podscore/podscore/policy"
)

// selecting returns a policy that takes out the pods of namespaces of the tier legacy, until
// it ends.
func selecting(t *testing.T, ends time.Time) policy.Policy {
	t.Helper()
	cis, err := policy.Preset("cis")
	if err != nil {
		t.Fatal(err)
	}
	return cis.Exempting([]policy.Exemption{{
		Name: "legacy", NamespaceSelector: labels.SelectorFromSet(labels.Set{"tier": "legacy"}), All: true, Checks: 1 << index("privileged"), Ends: ends,
	}})
}

var legacy = map[string]string{"tier": "legacy"}

// turning returns a store with a policy and a pod in the namespace a, which is of the tier
// legacy. Its counters may go up, and its clock stands at now.
func turning(t *testing.T, by policy.Policy, now *time.Time) *Store {
	t.Helper()
	s := New(Options{Policy: by, PolicyHash: "first", Limits: Limits{WorkloadSeries: 10}, Now: func() time.Time { return *now }})
	s.ReplaceNamespaces(map[string]map[string]string{"a": legacy}, 1)
	s.Put(testPod("a/web/1", "privileged"))
	s.Replace("", 1, slices.Values([]Pod{testPod("a/web/1", "privileged")}))
	scrape(s)
	return s
}

// TestTurns: configurations, ends and labels change verdicts, which are counted as such and
// as nothing else.
func TestTurns(t *testing.T) {
	exempt, failing := "a: pods [0 0 1]", "a: pods [0 1 0] score 0.6667 privileged=1 oldest 0s"
	workload := "\na/Deployment/web privileged=1\n"
	for name, c := range map[string]struct {
		do   func(s *Store, now *time.Time)
		want string
	}{
		"nothing":         {func(*Store, *time.Time) {}, exempt + "\n"},
		"a configuration": {func(s *Store, _ *time.Time) { s.SetPolicy(selecting(t, start), "second", s.limits) }, failing + " changes [0 1 0]" + workload},
		"the same one":    {func(s *Store, _ *time.Time) { s.SetPolicy(selecting(t, start), "first", s.limits) }, exempt + "\n"},
		"an end": {func(s *Store, now *time.Time) {
			*now = start.Add(time.Hour)
			s.Advance()
		}, failing + " changes [0 1 0]" + workload},
		"an end that is to come": {func(s *Store, now *time.Time) {
			*now = start.Add(time.Hour - 1)
			s.Advance()
		}, exempt + "\n"},
		"a configuration after an end": {func(s *Store, now *time.Time) {
			*now = start.Add(time.Hour)
			s.SetPolicy(selecting(t, time.Time{}), "second", s.limits)
		}, exempt + " changes [0 1 1]\n"},
		"a configuration before a namespace is known": {func(s *Store, _ *time.Time) {
			s.Put(testPod("b/web/1", "privileged"))
			s.SetPolicy(cisExempting(t, policy.TakeOutNamespaces(globs("b")...)), "second", s.limits)
			s.ReplaceNamespaces(map[string]map[string]string{"a": legacy, "b": nil}, 2)
		}, failing + " changes [0 1 0]\nb: pods [0 0 1] observed [0 0 1]" + workload},
		"a clock that goes back": {func(s *Store, now *time.Time) {
			*now = start.Add(time.Hour)
			s.Advance()
			*now = start
			s.Advance()
			s.SetPolicy(selecting(t, start.Add(time.Minute)), "second", s.limits)
		}, failing + " changes [0 1 0]" + workload},
		"labels": {func(s *Store, _ *time.Time) { s.PutNamespace("a", map[string]string{}, 2) }, failing + " changes [0 1 0]" + workload},
		"labels in a list": {func(s *Store, _ *time.Time) {
			s.ReplaceNamespaces(map[string]map[string]string{"a": nil}, 2)
		}, failing + " changes [0 1 0]" + workload},
		"there and back": {func(s *Store, _ *time.Time) {
			s.SetPolicy(selecting(t, start), "second", s.limits)
			s.SetPolicy(selecting(t, start.Add(time.Hour)), "first", s.limits)
		}, exempt + " changes [0 1 1]\n"},
		"a pod that comes before its namespace": {func(s *Store, _ *time.Time) {
			putAhead(s)
			s.Release(true)
			if got := s.Snapshot().Observed; got != [3]uint64{} {
				t.Errorf("counted are %v, before the namespace is known", got)
			}
			s.PutNamespace("b", legacy, 0)
		}, exempt + "\nb: pods [0 0 1] observed [0 0 1]\n"},
		"and another comes first": {func(s *Store, _ *time.Time) {
			putAhead(s)
			s.PutNamespace("c", nil, 0)
			s.Release(true)
			if got := s.Snapshot().Observed; got != [3]uint64{} {
				t.Errorf("counted are %v, before the namespace is known", got)
			}
			s.PutNamespace("b", legacy, 0)
		}, exempt + "\nb: pods [0 0 1] observed [0 0 1]\nc: pods [0 0 0]\n"},
		"and is gone by then": {func(s *Store, _ *time.Time) {
			ahead := putAhead(s)
			s.Delete("b", ahead.Name, 3)
			s.PutNamespace("b", legacy, 0)
		}, exempt + "\nb: pods [0 0 0] observed [0 0 1]\n"},
		"and is counted by then": {func(s *Store, now *time.Time) {
			putAhead(s)
			*now = now.Add(awaitedAtMost)
			s.Release(true)
			s.PutNamespace("b", legacy, 0)
		}, exempt + "\nb: pods [0 0 1] observed [0 1 0] failed privileged=1\n"},
		"and waits for it in vain": {func(s *Store, now *time.Time) {
			s.Put(testPod("b/web/1", "privileged"))
			*now = now.Add(awaitedAtMost)
			s.Release(true)
			if got := s.Snapshot().Observed; got != [3]uint64{0, 1} {
				t.Errorf("counted are %v, after 10 seconds", got)
			}
		}, exempt + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			now := start
			s := turning(t, selecting(t, start.Add(time.Hour)), &now)
			c.do(s, &now)
			scrape(s)
			scrape(s)
			if got := describe(s.Snapshot()); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestWhatAConfigurationBrings: with its verdicts come its exemptions and its limits, which let
// a snapshot have less, and more again.
func TestWhatAConfigurationBrings(t *testing.T) {
	s := newStore(t, 10)
	s.PutNamespace("a", nil, 0)
	syncStore(s)
	s.Put(testPod("a/web/1", "privileged"))
	s.Put(testPod("a/agent/1", "privileged"))
	for i, c := range []struct {
		limit     int
		exemption string
		dropped   int
	}{{1, "first", 1}, {10, "second", 0}, {1, "third", 1}} {
		s.SetPolicy(cisExempting(t, policy.Exemption{Name: c.exemption, Namespaces: globs("nowhere"), Checks: 1}), fmt.Sprint(i), Limits{WorkloadSeries: c.limit})
		got := s.Snapshot()
		if got.WorkloadsDropped != c.dropped || len(got.Workloads)+got.WorkloadsDropped != 2 || len(got.Exemptions) != 1 || got.Exemptions[0].Name != c.exemption {
			t.Errorf("with the limit %d and the exemption %s, %d workloads are told and %d left out, with the exemptions %v", c.limit, c.exemption, len(got.Workloads), got.WorkloadsDropped, got.Exemptions)
		}
	}
}

// TestLabelsAfterTheLease: labels that come after those that the Lease names are pending, by one
// version already.
func TestLabelsAfterTheLease(t *testing.T) {
	for name, change := range map[string]func(s *Store, version uint64){
		"an event":                  func(s *Store, version uint64) { s.PutNamespace("a", map[string]string{}, version) },
		"a namespace that goes":     func(s *Store, version uint64) { s.DeleteNamespace("a", version) },
		"a list":                    func(s *Store, version uint64) { s.ReplaceNamespaces(names("a"), version) },
		"a list that is without it": func(s *Store, version uint64) { s.ReplaceNamespaces(nil, version) },
	} {
		for version, want := range map[uint64]int{6: 0, 7: 1} {
			now := start
			s := turning(t, selecting(t, time.Time{}), &now)
			s.ReachedNamespaces(version - 1)
			s.Follow(Note{At: start, Judged: Judged{Hash: "first", Labels: 6}})
			if change(s, version); len(s.ledger.changes) != want {
				t.Errorf("%s at version %d, and the Lease names 6: %d changes are pending, want %d", name, version, len(s.ledger.changes), want)
			}
		}
	}
}

// TestTakeInTheSame: which of the configurations that a replica takes in the Lease has.
func TestTakeInTheSame(t *testing.T) {
	named := func(hash string, number uint64) Judged { return Judged{Hash: hash, Configurations: number} }
	for name, c := range map[string]struct {
		taken  []string // after h1, and before another has counted
		follow Judged
		later  []string // after that
		want   int      // are pending
	}{
		"nobody has counted them":          {[]string{"h2", "h3"}, named("h1", 5), nil, 2},
		"another has counted the first":    {[]string{"h2", "h3"}, named("h2", 6), nil, 1},
		"all":                              {[]string{"h2", "h3"}, named("h3", 7), nil, 0},
		"more than there are here":         {[]string{"h2"}, named("h4", 8), nil, 0},
		"this one is behind":               {nil, named("h3", 7), []string{"h2", "h3"}, 0},
		"and then ahead":                   {nil, named("h3", 7), []string{"h2", "h3", "h4"}, 1},
		"it passes over one":               {nil, named("h3", 7), []string{"h3", "h4"}, 1},
		"the other passes over one":        {[]string{"h2", "h3"}, named("h3", 6), []string{"h4"}, 1},
		"back to the one on the Lease":     {[]string{"h2", "h1"}, named("h1", 5), nil, 2},
		"the other has gone back":          {[]string{"h2", "h1"}, named("h1", 7), nil, 0},
		"there and back, in the other too": {nil, named("h2", 6), []string{"h2", "h1"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(true, time.Minute, []string{""}, "h1")
			l.follow(Note{At: start, Judged: named("h1", 5)})
			for _, hash := range c.taken {
				l.take(change{kind: ofConfiguration, hash: hash}, true)
			}
			l.follow(Note{At: start, Judged: c.follow})
			for _, hash := range c.later {
				l.take(change{kind: ofConfiguration, hash: hash}, true)
			}
			if len(l.changes) != c.want {
				t.Errorf("%d are pending, want %d: %+v", len(l.changes), c.want, l.changes)
			}
		})
	}
}

// TestNoSnapshotHasHalfOfATurn: while pods come and go, and configurations that exempt all
// of them or none are taken in, every snapshot has all of them exempt or none.
func TestNoSnapshotHasHalfOfATurn(t *testing.T) {
	cis := selecting(t, start)
	none, all := cis.Exempting(nil), cis.Exempting([]policy.Exemption{{Name: "all", Everywhere: true, All: true, Checks: 1 << index("privileged")}})
	s := New(Options{Policy: none, PolicyHash: "none", Limits: Limits{10, 10}, Now: func() time.Time { return start }})
	const namespaces, workloads = 20, 500 // many more groups than are judged at once
	for i := range namespaces {
		s.PutNamespace(fmt.Sprint("ns", i), nil, 0)
		for w := range workloads {
			s.Put(testPod(fmt.Sprintf("ns%d/w%d/0", i, w), "privileged"))
		}
	}
	syncStore(s)
	var workers sync.WaitGroup
	ended := make(chan struct{})
	for worker := range 2 {
		workers.Go(func() {
			for i := worker; ; i += 7 { // groups go and come
				ns, w := fmt.Sprint("ns", i%namespaces), i%workloads
				s.Delete(ns, fmt.Sprintf("w%d-0", w), 0)
				s.Put(testPod(fmt.Sprintf("%s/w%d/0", ns, w), "privileged"))
				select {
				case <-ended:
					return
				default:
				}
			}
		})
	}
	workers.Go(func() {
		defer close(ended)
		for i := range 20 {
			s.SetPolicy(all, fmt.Sprint("all", i), s.options.Limits)
			s.SetPolicy(none, fmt.Sprint("none", i), s.options.Limits)
			s.Advance()
		}
	})
	for running := true; running; {
		select {
		case <-ended:
			running = false
		default:
		}
		var pods [policy.NumStatuses]int
		for _, ns := range s.Snapshot().Namespaces {
			for status, n := range ns.Pods {
				pods[status] += n
			}
		}
		if pods[policy.Exempt] > 0 && pods[policy.Noncompliant] > 0 {
			t.Errorf("a snapshot has %d exempt pods and %d that are not compliant", pods[policy.Exempt], pods[policy.Noncompliant])
		}
	}
	workers.Wait()
}

// putAhead puts a pod into the namespace b, and returns it.
func putAhead(s *Store) Pod {
	ahead := testPod("b/web/1", "privileged")
	ahead.Version = 3
	s.Put(ahead)
	return ahead
}
