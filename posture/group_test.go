package posture

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// alone is a simple and slow oracle of a store's gauges: it judges every pod by itself.
type alone struct {
	policy policy.Policy
	labels map[string]map[string]string
	pods   map[string]Pod
}

// sums is what is compared of a namespace.
type sums struct {
	Pods      [policy.NumStatuses]int
	Failing   [securitycontext.NumChecks]int
	ScorePods int
	Oldest    time.Time
}

func (a *alone) sums() (namespaces map[string]sums, workloads map[WorkloadFailures]bool, excused []int, pods map[ExemptionPods]bool) {
	namespaces, workloads, excused, pods = map[string]sums{}, map[WorkloadFailures]bool{}, make([]int, len(a.policy.Exemptions())), map[ExemptionPods]bool{}
	failures, exempt := map[WorkloadFailures]int{}, map[ExemptionPods]int{}
	for ns := range a.labels {
		namespaces[ns] = sums{}
	}
	for _, p := range a.pods {
		j := a.policy.Judge(policy.Namespace{Name: p.Namespace, Labels: a.labels[p.Namespace], LabelsKnown: a.labels[p.Namespace] != nil}, p.Workload, p.Facts)
		sum := namespaces[p.Namespace]
		sum.Pods[j.Status]++
		if _, scored := j.Points.Ratio(); scored && !j.Out {
			sum.ScorePods++
		}
		for check := range j.Failed.All() {
			sum.Failing[check]++
			if j.Status == policy.Noncompliant && a.policy.Required().Has(check) {
				failures[WorkloadFailures{Namespace: p.Namespace, Workload: p.Workload, Check: check}]++
			}
		}
		if j.Status == policy.Noncompliant && (sum.Oldest.IsZero() || p.Created.Before(sum.Oldest)) {
			sum.Oldest = p.Created
		}
		for _, e := range j.Excuses {
			exempt[ExemptionPods{Namespace: p.Namespace, Exemption: e.Exemption}]++
			for range e.Checks.All() {
				excused[e.Exemption]++
			}
		}
		namespaces[p.Namespace] = sum
	}
	for f, n := range failures {
		f.Pods = n
		workloads[f] = true
	}
	for e, n := range exempt {
		e.Pods = n
		pods[e] = true
	}
	return namespaces, workloads, excused, pods
}

// differs returns how a snapshot differs from the oracle; "" if it does not.
func (a *alone) differs(s *Snapshot) string {
	namespaces, workloads, excused, pods := a.sums()
	got := map[string]sums{}
	for _, ns := range s.Namespaces {
		sum := sums{ns.Pods, ns.Failing, ns.ScorePods, ns.OldestNoncompliant.UTC()}
		got[ns.Name] = sum
	}
	gotWorkloads, gotPods := map[WorkloadFailures]bool{}, map[ExemptionPods]bool{}
	for _, f := range s.Workloads {
		gotWorkloads[f] = true
	}
	for _, e := range s.ExemptionPods {
		gotPods[e] = true
	}
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"namespaces", got, namespaces},
		{"workloads", gotWorkloads, workloads},
		{"excused failures", s.ExcusedFailures, excused},
		{"exemptions' pods", gotPods, pods},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			return fmt.Sprintf("%s are\n%v\nand judged one by one\n%v", c.what, c.got, c.want)
		}
	}
	return ""
}

var randomTiers = []map[string]string{nil, {}, {"tier": "legacy"}, {"tier": "front"}}

// randomFacts returns facts of a pod with some containers, as if checks had found them.
func randomFacts(r *rand.Rand) *securitycontext.Facts {
	some := func() securitycontext.CheckSet {
		return securitycontext.CheckSet(r.Uint32()&r.Uint32()&r.Uint32()) & (1<<securitycontext.NumChecks - 1)
	}
	f := &securitycontext.Facts{OfPod: some()}
	f.Failed = f.OfPod
	for i := range r.IntN(3) {
		c := securitycontext.ContainerFacts{Name: fmt.Sprint("c", i), Repository: fmt.Sprint("docker.io/library/i", r.IntN(2)), Failed: some()}
		if f.Failed |= c.Failed; c.Failed != 0 {
			f.Containers = append(f.Containers, c)
		}
	}
	f.NotApplicable = some() &^ f.Failed
	return f
}

// randomPolicy returns a policy with some exemptions, of which some end soon.
func randomPolicy(r *rand.Rand, now time.Time) policy.Policy {
	cis, err := policy.Preset(policy.Presets()[r.IntN(3)])
	if err != nil {
		panic(err)
	}
	var exemptions []policy.Exemption
	for i := range r.IntN(6) {
		e := policy.Exemption{Name: fmt.Sprint("e", i), Checks: securitycontext.CheckSet(r.Uint32()) & (1<<securitycontext.NumChecks - 1)}
		switch r.IntN(3) {
		case 0:
			e.Everywhere = true
		case 1:
			e.Namespaces = globs("a", "b*")
		case 2:
			e.NamespaceSelector = labels.SelectorFromSet(labels.Set{"tier": "legacy"})
		}
		if r.IntN(2) == 0 {
			e.Workloads = []policy.WorkloadPattern{{Kind: "Deployment", Name: globs("w1", "w*")[r.IntN(2)]}}
		}
		if r.IntN(3) == 0 {
			e.Containers = []policy.ContainerPattern{{Name: &globs("c0")[0]}}
		}
		if r.IntN(3) == 0 {
			e.All, e.Checks = true, 1<<securitycontext.NumChecks-1
		}
		if r.IntN(2) == 0 {
			e.Ends = now.Add(time.Duration(r.IntN(60)-5) * time.Second)
		}
		exemptions = append(exemptions, e)
	}
	return cis.Exempting(exemptions)
}

// TestGroupsAreJudgedLikePods: after random events, reloads, ends and changes of labels, a
// store has what judging every pod by itself makes of those that are left.
func TestGroupsAreJudgedLikePods(t *testing.T) {
	namespaces := []string{"a", "b", "c"}
	seeds := uint64(40)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 7))
		now := start
		facts := make([]*securitycontext.Facts, 8)
		for i := range facts {
			facts[i] = randomFacts(r)
		}
		first := randomPolicy(r, now)
		s := New(Options{Policy: first, Limits: Limits{WorkloadSeries: 10_000, ExemptionSeries: 10_000}, Now: func() time.Time { return now }})
		want := alone{policy: first, labels: map[string]map[string]string{}, pods: map[string]Pod{}}
		want.policy, _ = want.policy.At(now)
		syncStore(s)
		for _, ns := range namespaces {
			s.PutNamespace(ns, nil, 0)
			want.labels[ns] = nil
		}
		moment := now // through which exemptions have ended
		for step := range 200 {
			ns := namespaces[r.IntN(len(namespaces))]
			name := fmt.Sprint("pod-", r.IntN(30))
			switch r.IntN(12) {
			case 0:
				s.Delete(ns, name, 0)
				delete(want.pods, ns+"/"+name)
			case 1:
				to := randomTiers[r.IntN(len(randomTiers))]
				s.PutNamespace(ns, to, 0)
				want.labels[ns] = to
			case 2:
				want.policy = randomPolicy(r, now)
				s.SetPolicy(want.policy, fmt.Sprint(step), s.limits)
				moment = laterOf(moment, now)
			case 3:
				now = now.Add(time.Duration(r.IntN(20)-5) * time.Second) // it goes back, too
				s.Advance()
				moment = laterOf(moment, now)
			case 4:
				to := map[string]map[string]string{}
				for _, ns := range namespaces {
					to[ns] = randomTiers[r.IntN(len(randomTiers))]
				}
				s.ReplaceNamespaces(to, 0)
				maps.Copy(want.labels, to)
			default:
				p := Pod{
					Namespace: ns, Name: name, UID: fmt.Sprint(r.IntN(3)), Created: start.Add(time.Duration(r.IntN(5)) * time.Second),
					Workload: workload.Workload{Kind: "Deployment", Name: fmt.Sprint("w", r.IntN(3))}, Facts: facts[r.IntN(len(facts))],
				}
				s.Put(p)
				want.pods[ns+"/"+name] = p
			}
			want.policy, _ = want.policy.At(moment)
			if wrong := want.differs(s.Snapshot()); wrong != "" {
				t.Fatalf("seed %d, step %d: %s", seed, step, wrong)
			}
		}
	}
}

// TestNothingIsLeft: when its pods are gone, a namespace keeps no group of them.
func TestNothingIsLeft(t *testing.T) {
	s := newStore(t, 10)
	s.PutNamespace("a", nil, 0)
	syncStore(s)
	for i := range 100 {
		s.Put(testPod(fmt.Sprintf("a/w%d/%d", i/2, i), "privileged"))
	}
	for i := range 100 {
		s.Put(testPod(fmt.Sprintf("a/w%d/%d", i/2, i))) // other facts
		s.Delete("a", fmt.Sprintf("w%d-%d", i/2, i), 0)
	}
	if groups := s.namespaces["a"].groups; len(groups) != 0 {
		t.Errorf("%d groups are left", len(groups))
	}
}

// TestMostOfAnExemption: the limit is shared by the exemptions, and what it leaves out is told.
func TestMostOfAnExemption(t *testing.T) {
	cis, err := policy.Preset("cis")
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{
		Policy: cis.Exempting([]policy.Exemption{
			{Name: "mesh", Owner: "net", Everywhere: true, Checks: 1 << index("privileged")},
			{Name: "one", Namespaces: globs("ns1"), Checks: 1 << index("privileged"), Ends: start.Add(time.Hour)},
			{Name: "unused", Namespaces: globs("nowhere"), Checks: 1, Ends: start},
		}),
		Limits: Limits{ExemptionSeries: 4}, Now: func() time.Time { return start },
	})
	var list []string
	for i := range 9 {
		list = append(list, fmt.Sprint("ns", i))
	}
	s.ReplaceNamespaces(names(list...), 0)
	s.Replace("", 1, slices.Values([]Pod(nil)))
	privileged := securitycontext.CheckSet(0).With(index("privileged"))
	for _, ns := range list {
		p := testPod(ns + "/web/1")
		p.Facts = shared(securitycontext.Facts{Failed: privileged, Containers: []securitycontext.ContainerFacts{{Name: "app", Failed: privileged}}})
		s.Put(p)
	}
	got := s.Snapshot()
	want := []ExemptionPods{{"ns0", 0, 1}, {"ns1", 0, 1}, {"ns1", 1, 1}, {"ns2", 0, 1}}
	if !slices.Equal(got.ExemptionPods, want) || got.ExemptionPodsDropped != 6 || !slices.Equal(got.ExcusedFailures, []int{9, 1, 0}) {
		t.Errorf("got %v, %d are left out, and %v failures; want %v, 6, and [9 1 0]", got.ExemptionPods, got.ExemptionPodsDropped, got.ExcusedFailures, want)
	}
	if list := []Exemption{{"mesh", "net", "", time.Time{}}, {"one", "", "", start.Add(time.Hour)}, {"unused", "", "", start}}; !slices.Equal(got.Exemptions, list) {
		t.Errorf("the exemptions are %v, want %v", got.Exemptions, list)
	}
}

// TestManyExcusesInANamespace: groups of pods of one namespace have different excuses, and share
// one. Every exemption is told once for the namespace, in order.
func TestManyExcusesInANamespace(t *testing.T) {
	const workloads = 8
	exemptions := []policy.Exemption{{Name: "all", Everywhere: true, Checks: 1 << index("run-as-user")}}
	want := []ExemptionPods{{"a", 0, workloads}}
	for i := range workloads {
		exemptions = append(exemptions, policy.Exemption{
			Name: fmt.Sprint("one-", i), Everywhere: true, Checks: 1 << index("privileged"), Workloads: []policy.WorkloadPattern{{Kind: "Deployment", Name: globs(fmt.Sprint("w", i))[0]}},
		})
		want = append(want, ExemptionPods{"a", i + 1, 1})
	}
	s := New(Options{Policy: cisExempting(t, exemptions...), Limits: Limits{ExemptionSeries: len(exemptions)}, Now: func() time.Time { return start }})
	s.PutNamespace("a", nil, 0)
	syncStore(s)
	for i := range workloads {
		p := testPod(fmt.Sprintf("a/w%d/1", i), "privileged", "run-as-user")
		facts := *p.Facts
		facts.OfPod, p.Facts = facts.Failed, &facts
		s.Put(p)
	}
	if got := s.Snapshot(); !slices.Equal(got.ExemptionPods, want) || got.ExemptionPodsDropped != 0 {
		t.Errorf("got %v, and %d are left out; want %v", got.ExemptionPods, got.ExemptionPodsDropped, want)
	}
}

// TestPackedExcuses: a list of excuses is kept as it was, whatever its numbers.
func TestPackedExcuses(t *testing.T) {
	for _, list := range [][]policy.Excuse{
		nil,
		{{Exemption: 0, Checks: 0}},
		{{Exemption: 1, Checks: 1 << (securitycontext.NumChecks - 1)}, {Exemption: 0x01020304, Checks: 0x0a0b0c}, {Exemption: 0x7f000000, Checks: 1}},
	} {
		var got []policy.Excuse
		for exemption, checks := range pack(list).all() {
			got = append(got, policy.Excuse{Exemption: exemption, Checks: checks})
		}
		if !slices.Equal(got, list) {
			t.Errorf("of %x is kept %x", list, got)
		}
	}
}

// TestSeconds: a creation time is kept in seconds; 0 says that there is none.
func TestSeconds(t *testing.T) {
	for _, c := range []struct {
		created time.Time
		want    uint32
	}{{time.Time{}, 0}, {time.Unix(1, 999_999_999), 1}, {start, uint32(start.Unix())}, {start.AddDate(1000, 0, 0), math.MaxUint32 - 1}} {
		if got := seconds(c.created); got != c.want {
			t.Errorf("%s is kept as %d, want %d", c.created, got, c.want)
		}
	}
}

// TestOldestOfAGroup: it is known as pods join, unless one without a creation time came first.
// Then it has to be looked up.
func TestOldestOfAGroup(t *testing.T) {
	for _, c := range []struct {
		created         []uint32 // of the pods, one after the other
		known, lookedUp uint32
	}{
		{[]uint32{0}, unknown, unknown},
		{[]uint32{1}, 1, 1},
		{[]uint32{5, 3, 4}, 3, 3},
		{[]uint32{0, 1}, unknown, 1},
		{[]uint32{0, 5, 3}, unknown, 3},
	} {
		g, ns := &group{oldest: unknown}, &namespace{pods: map[string]pod{}}
		for i, created := range c.created {
			p := pod{group: g, created: created}
			ns.pods[fmt.Sprint(i)] = p
			g.join(p)
		}
		known := g.oldest
		ns.lookUpOldest()
		if known != c.known || g.oldest != c.lookedUp {
			t.Errorf("of pods of the seconds %d, the oldest is %d, and looked up %d; want %d and %d", c.created, known, g.oldest, c.known, c.lookedUp)
		}
	}
}
