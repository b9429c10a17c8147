package posture

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// newStore returns a store with the preset cis, in which kube-system is exempt, and
// whose clock always returns start.
func newStore(t testing.TB, limit int) *Store {
	t.Helper()
	cis, err := policy.Preset("cis")
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{
		Policy: cis.Exempting([]policy.Exemption{policy.TakeOutNamespaces(globs("kube-system")...)}), Limits: Limits{WorkloadSeries: limit},
		Now: func() time.Time { return start },
	})
}

// syncStore ends the first full pass of a store, with what was put before as all that
// exists, and scrapes it once.
func syncStore(s *Store) {
	s.Replace("", 1, slices.Values([]Pod(nil)))
	s.ReplaceNamespaces(nil, 0)
	scrape(s)
}

// scrape takes a snapshot of a store and reports it as read.
func scrape(s *Store) *Snapshot {
	s.Release(true)
	snapshot := s.Snapshot()
	s.Exposed(snapshot)
	return snapshot
}

// names returns a list of namespaces whose labels are not known.
func names(list ...string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, name := range list {
		all[name] = nil
	}
	return all
}

// testPod returns a pod that fails these checks; name is namespace/workload/n.
func testPod(name string, fails ...string) Pod {
	parts := strings.Split(name, "/")
	p := Pod{
		Namespace: parts[0], Name: parts[1] + "-" + parts[2], UID: name, Created: start,
		Workload: workload.Workload{Kind: "Deployment", Name: parts[1]},
	}
	var failed securitycontext.CheckSet
	for _, check := range fails {
		failed = failed.With(index(check))
	}
	p.Facts = shared(securitycontext.Facts{Failed: failed})
	return p
}

// alike has one pointer for equal facts, as sparse does.
var alike sync.Map

func shared(facts securitycontext.Facts) *securitycontext.Facts {
	one, _ := alike.LoadOrStore(fmt.Sprint(facts), &facts)
	return one.(*securitycontext.Facts)
}

func index(id string) int {
	return slices.IndexFunc(securitycontext.Checks(), func(c securitycontext.Check) bool { return c.ID == id })
}

// describe returns a snapshot as text, without what is 0.
func describe(s *Snapshot) string {
	var text strings.Builder
	for _, ns := range s.Namespaces {
		fmt.Fprintf(&text, "%s: pods %v", ns.Name, ns.Pods)
		if ns.HasScore {
			fmt.Fprintf(&text, " score %.4f", ns.Score)
		}
		for check, pods := range ns.Failing {
			if pods > 0 {
				fmt.Fprintf(&text, " %s=%d", s.Checks[check].ID, pods)
			}
		}
		if !ns.OldestNoncompliant.IsZero() {
			fmt.Fprintf(&text, " oldest %s", ns.OldestNoncompliant.Sub(start))
		}
		if ns.Observed != [policy.NumStatuses]uint64{} {
			fmt.Fprintf(&text, " observed %v", ns.Observed)
		}
		for check, pods := range ns.CheckFailures {
			if pods > 0 {
				fmt.Fprintf(&text, " failed %s=%d", s.Checks[check].ID, pods)
			}
		}
		if ns.VerdictChanges != [policy.NumStatuses]uint64{} {
			fmt.Fprintf(&text, " changes %v", ns.VerdictChanges)
		}
		text.WriteString("\n")
	}
	var workloads []string
	for _, w := range s.Workloads {
		workloads = append(workloads, fmt.Sprintf("%s/%s/%s %s=%d\n", w.Namespace, w.Workload.Kind, w.Workload.Name, s.Checks[w.Check].ID, w.Pods))
	}
	slices.Sort(workloads)
	text.WriteString(strings.Join(workloads, ""))
	if s.WorkloadsDropped > 0 {
		fmt.Fprintf(&text, "dropped %d\n", s.WorkloadsDropped)
	}
	return text.String()
}

func TestStore(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*Store)
		want string
	}{
		{"nothing", func(s *Store) { syncStore(s) }, ""},
		{"a namespace without pods", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
		}, "a: pods [0 0 0]\n"},
		{"before the end of the first full pass nothing is exposed", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			s.Put(testPod("a/web/1"))
			s.Replace("", 1, slices.Values([]Pod(nil)))
		}, ""},
		{"what was there is not newly observed", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			s.Put(testPod("a/web/1"))
			s.Put(testPod("a/web/2", "privileged"))
			syncStore(s)
		}, "a: pods [1 1 0] score 0.8333 privileged=1 oldest 0s\na/Deployment/web privileged=1\n"},
		{"what appears is", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1"))
			s.Put(testPod("a/web/2", "privileged"))
		}, "a: pods [1 1 0] score 0.8333 privileged=1 oldest 0s observed [1 1 0] failed privileged=1\na/Deployment/web privileged=1\n"},
		{"once, however often it is put", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1"))
			s.Put(testPod("a/web/1"))
		}, "a: pods [1 0 0] score 1.0000 observed [1 0 0]\n"},
		{"and again under the same name with another uid", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1"))
			again := testPod("a/web/1")
			again.UID = "another"
			s.Put(again)
		}, "a: pods [1 0 0] score 1.0000 observed [2 0 0]\n"},
		{"not when its phase goes back and forth", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1", "privileged"))
			s.Delete("a", "web-1", 0)
			s.Put(testPod("a/web/1", "privileged"))
		}, "a: pods [0 1 0] score 0.6667 privileged=1 oldest 0s observed [0 1 0] failed privileged=1\na/Deployment/web privileged=1\n"},
		{"a pod appears and is deleted before its namespace is known", func(s *Store) {
			syncStore(s)
			s.Put(testPod("a/web/1"))
			s.Delete("a", "web-1", 0)
			s.Snapshot()
			s.PutNamespace("a", nil, 0)
		}, "a: pods [0 0 0] observed [1 0 0]\n"},
		{"a namespace that was deleted begins anew", func(s *Store) {
			syncStore(s)
			s.PutNamespace("a", nil, 0)
			s.Put(testPod("a/web/1"))
			s.DeleteNamespace("a", 1)
			s.Delete("a", "web-1", 0)
			s.PutNamespace("a", nil, 0)
		}, "a: pods [0 0 0]\n"},
		{"a list: what is not in it is gone, and what is new counts", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1"))
			s.Put(testPod("a/web/2"))
			s.Replace("", 5, slices.Values([]Pod{testPod("a/web/2", "privileged"), testPod("a/web/3")}))
		}, "a: pods [1 1 0] score 0.8333 privileged=1 oldest 0s observed [3 0 0] changes [0 1 0]\na/Deployment/web privileged=1\n"},
		{"a list of namespaces", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.ReplaceNamespaces(names("b"), 0)
		}, "b: pods [0 0 0]\n"},
		{"a verdict that changes", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1"))
			s.Put(testPod("a/web/1", "privileged"))
			s.Put(testPod("a/web/1", "privileged", "run-as-user"))
			s.Put(testPod("a/web/1"))
		}, "a: pods [1 0 0] score 1.0000 observed [1 0 0] changes [1 1 0]\n"},
		{"deleted pods leave only what was counted", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1", "privileged"))
			s.Delete("a", "web-1", 0)
			s.Delete("a", "web-1", 0)
			s.Delete("b", "web-1", 0)
		}, "a: pods [0 0 0] observed [0 1 0] failed privileged=1\n"},
		{"finished pods do too", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1"))
			done := testPod("a/web/1")
			done.Facts = shared(securitycontext.Facts{Finished: true})
			s.Put(done)
			never := testPod("a/web/2")
			never.Facts = done.Facts
			s.Put(never)
		}, "a: pods [0 0 0] observed [1 0 0]\n"},
		{"an exempt namespace", func(s *Store) {
			s.PutNamespace("kube-system", nil, 0)
			syncStore(s)
			s.Put(testPod("kube-system/dns/1", "run-as-non-root"))
		}, "kube-system: pods [0 0 1] observed [0 0 1]\n"},
		{"a check that the verdict does not require", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1", "run-as-user"))
		}, "a: pods [1 0 0] score 0.9333 run-as-user=1 observed [1 0 0] failed run-as-user=1\n"},
		{"no applicable check: a verdict and no score", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			p := testPod("a/web/1")
			p.Facts = shared(securitycontext.Facts{NotApplicable: 1<<securitycontext.NumChecks - 1})
			s.Put(p)
		}, "a: pods [1 0 0] observed [1 0 0]\n"},
		{"the one created first", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			for i, fails := range [][]string{nil, {"privileged"}, {"proc-mount"}} {
				p := testPod(fmt.Sprint("a/web/", i), fails...)
				p.Created = start.Add(time.Duration(i) * time.Hour)
				s.Put(p)
			}
		}, "a: pods [1 2 0] score 0.8586 privileged=1 proc-mount=1 oldest 1h0m0s observed [1 2 0] failed privileged=1 failed proc-mount=1\na/Deployment/web privileged=1\na/Deployment/web proc-mount=1\n"},
		{"a namespace that goes before its pods", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1", "privileged"))
			s.DeleteNamespace("a", 1)
			s.DeleteNamespace("b", 0)
		}, ""},
		{"and comes back before they are gone", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1"))
			s.DeleteNamespace("a", 1)
			s.PutNamespace("a", nil, 0)
		}, "a: pods [1 0 0] score 1.0000\n"},
		{"or after: it starts anew", func(s *Store) {
			s.PutNamespace("a", nil, 0)
			syncStore(s)
			s.Put(testPod("a/web/1"))
			s.DeleteNamespace("a", 1)
			s.Delete("a", "web-1", 0)
			s.PutNamespace("a", nil, 0)
		}, "a: pods [0 0 0]\n"},
		{"pods that come before their namespace are counted", func(s *Store) {
			syncStore(s)
			s.Put(testPod("a/web/1"))
			s.PutNamespace("a", nil, 0)
		}, "a: pods [1 0 0] score 1.0000 observed [1 0 0]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t, 100)
			c.do(s)
			scrape(s) // new counters, at 0
			scrape(s)
			for range 2 { // the second snapshot folds nothing again
				if got := describe(s.Snapshot()); got != c.want {
					t.Errorf("got\n%s\nwant\n%s", got, c.want)
				}
			}
		})
	}
}

// TestWorkloadSeriesLimit: the most severe failures stay, the same ones every time.
func TestWorkloadSeriesLimit(t *testing.T) {
	s := newStore(t, 3)
	syncStore(s)
	for _, ns := range []string{"a", "b"} {
		s.PutNamespace(ns, nil, 0)
		s.Put(testPod(ns+"/web/1", "read-only-root-filesystem", "run-as-non-root"))
		s.Put(testPod(ns+"/agent/1", "privileged"))
	}
	want := "a/Deployment/agent privileged=1\na/Deployment/web run-as-non-root=1\nb/Deployment/agent privileged=1\ndropped 3\n"
	for range 10 {
		got := describe(s.Snapshot())
		if !strings.HasSuffix(got, "\n"+want) {
			t.Fatalf("got\n%s\nwant at the end\n%s", got, want)
		}
		s.Put(testPod("a/agent/1", "privileged"))
	}
}

// TestAnyOrderEndsAlike: after random events, a store has the same snapshot, digit for
// digit, as one in which its last pods were put once.
func TestAnyOrderEndsAlike(t *testing.T) {
	names := make([]string, 40)
	for i := range names {
		names[i] = fmt.Sprintf("%c/w%d/%d", 'a'+i%3, i%5, i)
	}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		random := func(name string) Pod {
			p := testPod(name)
			p.Facts = &securitycontext.Facts{Failed: securitycontext.CheckSet(r.Uint32()) & (1<<securitycontext.NumChecks - 1)}
			p.Created = start.Add(time.Duration(r.IntN(1000)) * time.Second)
			return p
		}
		s, now := newStore(t, 1000), map[string]Pod{}
		syncStore(s)
		for _, ns := range []string{"a", "b", "c"} {
			s.PutNamespace(ns, nil, 0)
		}
		for range 500 {
			name := names[r.IntN(len(names))]
			switch p := random(name); r.IntN(4) {
			case 0:
				s.Delete(p.Namespace, p.Name, 0)
				delete(now, name)
			case 1:
				s.Snapshot()
			default:
				s.Put(p)
				now[name] = p
			}
		}
		once := newStore(t, 1000)
		for _, p := range now {
			once.Put(p)
		}
		for _, ns := range []string{"a", "b", "c"} {
			once.PutNamespace(ns, nil, 0)
		}
		syncStore(once)
		if got, want := gauges(s.Snapshot()), gauges(once.Snapshot()); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: after many events\n%+v\nfrom scratch\n%+v", seed, got, want)
		}
	}
}

// gauges returns what a snapshot says, without the counters, which depend on history.
func gauges(s *Snapshot) []any {
	var all []any
	for _, ns := range s.Namespaces {
		ns := *ns
		ns.CountingSince, ns.Observed, ns.CheckFailures, ns.VerdictChanges, ns.workloads = time.Time{}, [policy.NumStatuses]uint64{}, [securitycontext.NumChecks]uint64{}, [policy.NumStatuses]uint64{}, nil
		all = append(all, ns)
	}
	return append(all, s.Workloads)
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	s := newStore(t, 10)
	syncStore(s)
	done := make(chan struct{})
	for worker := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 500 {
				ns := fmt.Sprint("ns", i%3)
				s.PutNamespace(ns, nil, 0)
				s.Put(testPod(fmt.Sprintf("%s/w/%d", ns, worker), "privileged"))
				s.Snapshot()
				s.Delete(ns, fmt.Sprint("w-", worker), 0)
				s.DeleteNamespace(ns, 0)
			}
		}()
	}
	for range 4 {
		<-done
	}
	if got := describe(s.Snapshot()); got != "" {
		t.Errorf("everything is gone, and still there is\n%s", got)
	}
}

// globs parses patterns, which are valid.
func globs(patterns ...string) (parsed []policy.Glob) {
	for _, pattern := range patterns {
		glob, err := policy.ParseGlob(pattern)
		if err != nil {
			panic(err)
		}
		parsed = append(parsed, glob)
	}
	return parsed
}
