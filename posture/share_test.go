package posture

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// fill is a simple and slow oracle of shares: round by round, it gives one to each
// namespace that needs more, in the order of the hashes of their names, until the
// limit is used up.
func fill(namespaces []*Namespace, limit int) map[string]int {
	hash := func(name string) uint64 {
		h := fnv.New64a()
		fmt.Fprint(h, name)
		return h.Sum64()
	}
	order := slices.SortedFunc(slices.Values(namespaces), func(a, b *Namespace) int { return cmp.Compare(hash(a.Name), hash(b.Name)) })
	filled := map[string]int{}
	for given := true; given && limit > 0; {
		given = false
		for _, ns := range order {
			if filled[ns.Name] < ns.workloadSeries && limit > 0 {
				filled[ns.Name]++
				limit--
				given = true
			}
		}
	}
	return filled
}

// randomNeeds returns namespaces of which a few need much.
func randomNeeds(r *rand.Rand) []*Namespace {
	namespaces := make([]*Namespace, 1+r.IntN(40))
	for i := range namespaces {
		namespaces[i] = &Namespace{Name: fmt.Sprint("ns-", r.IntN(1e9)), workloadSeries: r.IntN(10)}
		if r.IntN(5) == 0 {
			namespaces[i].workloadSeries *= 50
		}
	}
	return namespaces
}

func claimsOf(namespaces []*Namespace) (claims []claim) {
	for _, ns := range namespaces {
		claims = append(claims, claim{name: ns.Name, needs: ns.workloadSeries})
	}
	return claims
}

func named(namespaces []*Namespace, shares []int) map[string]int {
	by := map[string]int{}
	for i, ns := range namespaces {
		if shares[i] > 0 {
			by[ns.Name] = shares[i]
		}
	}
	return by
}

// TestSharesAreMaxMin: the shares are those of the oracle, whatever the order of the
// namespaces.
func TestSharesAreMaxMin(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		namespaces, limit := randomNeeds(r), r.IntN(600)
		want := fill(namespaces, limit)
		for range 3 {
			if got := named(namespaces, shares(claimsOf(namespaces), limit)); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("seed %d, limit %d: got %v, want %v", seed, limit, got, want)
			}
			r.Shuffle(len(namespaces), func(i, j int) { namespaces[i], namespaces[j] = namespaces[j], namespaces[i] })
		}
	}
}

// TestSharesStay: when one namespace needs more, nothing changes for those that need
// no more than an equal share, and the share of no other goes up.
func TestSharesStay(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		namespaces, limit := randomNeeds(r), r.IntN(600)
		before := shares(claimsOf(namespaces), limit)
		changed := r.IntN(len(namespaces))
		more := r.IntN(1000)
		namespaces[changed].workloadSeries += more
		after := shares(claimsOf(namespaces), limit)
		for i, ns := range namespaces {
			if i == changed {
				continue
			}
			if ns.workloadSeries <= limit/len(namespaces) && after[i] != ns.workloadSeries {
				t.Fatalf("seed %d: %s needs %d of %d over %d namespaces, and has %d", seed, ns.Name, ns.workloadSeries, limit, len(namespaces), after[i])
			}
			if after[i] > before[i] {
				t.Fatalf("seed %d: %s needs %d more, and %s goes up from %d to %d", seed, namespaces[changed].Name, more, ns.Name, before[i], after[i])
			}
		}
	}
}

// TestANamespaceHidesNothingButItself: thousands of workloads in one namespace, whose
// name comes first, take no series from those of another.
func TestANamespaceHidesNothingButItself(t *testing.T) {
	s := newStore(t, 100)
	syncStore(s)
	for _, ns := range []string{"a-team", "payments"} {
		s.PutNamespace(ns, nil, 0)
	}
	for i := range 5000 {
		s.Put(testPod(fmt.Sprintf("a-team/w%d/1", i), "privileged", "run-as-non-root"))
	}
	s.Put(testPod("payments/agent/1", "privileged", "read-only-root-filesystem"))
	snapshot := s.Snapshot()
	if len(snapshot.Workloads) != 100 || snapshot.WorkloadsDropped != 9902 || len(snapshot.Dropped) != 1 || snapshot.Dropped[0] != (Dropped{"a-team", 9902}) {
		t.Errorf("%d series are there, %d are held back, of %v", len(snapshot.Workloads), snapshot.WorkloadsDropped, snapshot.Dropped)
	}
	got := describe(snapshot)
	for _, want := range []string{"payments/Deployment/agent privileged=1\n", "payments/Deployment/agent read-only-root-filesystem=1\n", "a-team/Deployment/w0 privileged=1\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s", want)
		}
	}
}

// TestTheFirstOfANamespaceStay: what a namespace shows with a smaller share is the
// first part of what it shows with a larger one.
func TestTheFirstOfANamespaceStay(t *testing.T) {
	var before []WorkloadFailures
	for limit := range 40 {
		s := newStore(t, limit)
		s.PutNamespace("a", nil, 0)
		for i := range 10 {
			s.Put(testPod(fmt.Sprintf("a/w%d/1", i), "read-only-root-filesystem", "run-as-non-root", "privileged"))
		}
		syncStore(s)
		now := s.Snapshot().Workloads
		if len(now) != min(limit, 30) || !slices.Equal(now[:len(before)], before) {
			t.Fatalf("with a limit of %d there is %v, with one less %v", limit, now, before)
		}
		before = now
	}
}
