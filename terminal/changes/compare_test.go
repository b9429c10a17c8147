package changes

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/verdicts"
)

var checks = securitycontext.Checks()

// failing returns a verdict on a Deployment by the preset cis. Each failure is a check and
// a container, and after them the exemption that excuses it.
func failing(t *testing.T, name string, failures ...string) *verdicts.Verdict {
	t.Helper()
	cis, err := policy.Preset("cis")
	if err != nil {
		t.Fatal(err)
	}
	v := &verdicts.Verdict{Kind: "Deployment", Namespace: "shop", Name: name, Required: cis.Required()}
	for _, failure := range failures {
		words := append(strings.Fields(failure), "")
		check := slices.IndexFunc(checks, func(c securitycontext.Check) bool { return c.ID == words[0] })
		if check < 0 {
			t.Fatalf("%s is no check", words[0])
		}
		f := verdicts.Failure{Finding: securitycontext.Finding{Check: check, Container: words[1]}, Exemption: words[2]}
		v.Failures, v.Failed = append(v.Failures, f), v.Failed.With(check)
		if f.Exemption == "" && v.Required.Has(check) {
			v.Status = policy.Noncompliant
		}
	}
	return v
}

// TestCompare: of two sides, what is told.
func TestCompare(t *testing.T) {
	one := func(name string, failures ...string) []*verdicts.Verdict {
		return []*verdicts.Verdict{failing(t, name, failures...)}
	}
	const root, user = "run-as-non-root", "run-as-user" // required, and not
	for _, c := range []struct {
		about         string
		before, after []*verdicts.Verdict
		want          []string
	}{
		{"nothing", nil, nil, nil},
		{"the same", one("a", root+" app"), one("a", root+" app"), nil},
		{"a failure", one("a"), one("a", root+" app"), []string{"Deployment a", "New run-as-non-root app: absent, required"}},
		{"a remedy", one("a", root+" app"), one("a"), []string{"Deployment a", "Fixed run-as-non-root app: required, absent"}},
		{"one more container", one("a", root+" app"), one("a", root+" app", root+" b"), []string{"Deployment a", "New run-as-non-root b: absent, required"}},
		{"what is not required", one("a"), one("a", user+" app"), []string{"Deployment a", "New run-as-user app: absent, advisory"}},
		{"an exemption", one("a", root+" app"), one("a", root+" app e"), []string{"Deployment a", "Excused run-as-non-root app: required, exempt"}},
		{"an exemption less", one("a", root+" app e"), one("a", root+" app"), []string{"Deployment a", "New run-as-non-root app: exempt, required"}},
		{"fixed though exempt", one("a", root+" app e"), one("a"), []string{"Deployment a", "Fixed run-as-non-root app: exempt, absent"}},
		{"new and exempt", one("a"), one("a", root+" app e"), []string{"Deployment a", "Excused run-as-non-root app: absent, exempt"}},
		{"a new workload", nil, one("a", root+" app"), []string{"Deployment a", "New run-as-non-root app: absent, required"}},
		{"a workload less", one("a", root+" app"), nil, []string{"Deployment a"}},
		{"another name", one("a", root+" app"), one("b", root+" app"), []string{"Deployment a", "Deployment b", "New run-as-non-root app: absent, required"}},
		{
			"one template of several is taken out", []*verdicts.Verdict{failing(t, "a"), failing(t, "a", root+" app")}, one("a", root+" app"), nil,
		},
		{
			"a second template fails too",
			[]*verdicts.Verdict{failing(t, "a", root+" app"), failing(t, "a", root+" app e")},
			[]*verdicts.Verdict{failing(t, "a", root+" app"), failing(t, "a", root+" app")},
			[]string{"Deployment a", "New run-as-non-root app: exempt, required"},
		},
	} {
		t.Run(c.about, func(t *testing.T) {
			var got []string
			for _, w := range Compare(c.before, c.after) {
				got = append(got, w.Kind+" "+w.Name)
				for _, f := range w.Changed {
					got = append(got, fmt.Sprintf("%s %s %s: %s, %s", outcomes[f.Outcome()], checks[f.Check].ID, f.Container, states[f.Before], states[f.After]))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

var (
	outcomes = map[Outcome]string{New: "New", Excused: "Excused", Fixed: "Fixed"}
	states   = map[State]string{Absent: "absent", Exempt: "exempt", Advisory: "advisory", Required: "required"}
)

// TestRequiredNow: a preset that asks for more makes failures required, and one that asks
// for less does not fix them.
func TestRequiredNow(t *testing.T) {
	cis, all := failing(t, "a", "run-as-user app"), failing(t, "a", "run-as-user app")
	all.Required = ^securitycontext.CheckSet(0)
	if f := Compare([]*verdicts.Verdict{cis}, []*verdicts.Verdict{all}).Failures(New); len(f) != 1 || !f[0].IsNewlyRequired() {
		t.Errorf("what is required now is not new: %v", f)
	}
	if f := Compare([]*verdicts.Verdict{all}, []*verdicts.Verdict{cis}).Failures(Fixed); len(f) != 1 || f[0].After != Advisory {
		t.Errorf("what is required no longer is not told as that: %v", f)
	}
}

// TestNothingIsLost: of random sides, the failures in each state before, with those that
// are told, are the failures after; and a side does not differ from itself.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		before, after := random(t, r), random(t, r)
		if same := Compare(before, before); len(same) > 0 {
			t.Fatalf("seed %d: a side differs from itself: %+v", seed, same)
		}
		for _, w := range Compare(before, after) {
			if len(w.After) == 0 {
				continue
			}
			count := inStates(w.Before)
			for _, f := range w.Changed {
				count[f.Before]--
				count[f.After]++
			}
			want := inStates(w.After)
			count[Absent], want[Absent] = 0, 0
			if count != want {
				t.Fatalf("seed %d: %s has %v failures in each state, and by what is told %v", seed, w.Name, want, count)
			}
		}
	}
}

func inStates(s Standing) (count [Required + 1]int) {
	for _, v := range s {
		for i := range v.Failures {
			count[stateOf(v, &v.Failures[i])]++
		}
	}
	return count
}

// random returns verdicts on a few workloads, some of which have several templates.
func random(t *testing.T, r *rand.Rand) (all []*verdicts.Verdict) {
	for range r.IntN(5) {
		var failures []string
		for range r.IntN(5) {
			failures = append(failures, checks[r.IntN(4)+3].ID+" "+string(rune('a'+r.IntN(2)))+[]string{"", " e"}[r.IntN(2)])
		}
		all = append(all, failing(t, string(rune('a'+r.IntN(3))), failures...))
	}
	return all
}

// TestFailures: the required ones come first.
func TestFailures(t *testing.T) {
	all := Compare(nil, []*verdicts.Verdict{failing(t, "a", "run-as-user app"), failing(t, "b", "run-as-non-root app")})
	var got []string
	for _, f := range all.Failures(New) {
		got = append(got, f.Verdict.Name)
	}
	if want := []string{"b", "a"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
