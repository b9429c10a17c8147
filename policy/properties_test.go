package policy

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestJudgesAsThePlainJudge: what is found by index is what is found by asking all.
func TestJudgesAsThePlainJudge(t *testing.T) {
	covered := 0
	forRandom(t, func(t *testing.T, _ *rand.Rand, c *judged) {
		got, want := c.by(c.policy), plainJudge(c.policy, c.ns, c.w, c.facts)
		elsewhere := c.policy.In(Namespace{Name: "elsewhere"}).Remembering(Local{})
		elsewhere.Judge(c.w, c.facts)
		remembering := c.policy.In(c.ns).Remembering(elsewhere)
		for _, got := range []Judgement{got, remembering.Judge(c.w, c.facts), remembering.Judge(c.w, c.facts)} {
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		}
		if got.Exempt != 0 {
			covered++
		}
	})
	if covered < 500 {
		t.Errorf("exemptions count for %d of the random pods only: the test shows too little", covered)
	}
}

// TestOneMore has what one exemption more may do to a pod, and what it may not.
func TestOneMore(t *testing.T) {
	changed, out := 0, 0
	forRandom(t, func(t *testing.T, r *rand.Rand, c *judged) {
		e := randomExemption(r, "more")
		more := c.policy.Exempting(append(c.policy.Exemptions(), e))
		before, after := c.by(c.policy), c.by(more)
		applies := e.holdsIn(c.ns) && e.covers(c.w) && (e.takesOut() || e.excuses(c.facts) != 0)
		if !applies && !reflect.DeepEqual(named(c.policy, before), named(more, after)) {
			t.Errorf("it changes a pod that it does not cover: from %+v to %+v", before, after)
		}
		if before.Status != Compliant && after.Status == Compliant {
			t.Errorf("it makes a pod that was %s compliant", before.Status)
		}
		if before.Status == Compliant && after.Status != Compliant && (!applies || !e.takesOut() || after.Status != Exempt) {
			t.Errorf("it makes a compliant pod %s", after.Status)
		}
		if after.Failed&^before.Failed != 0 || before.Out && !after.Out {
			t.Errorf("it lets %v fail, and the pod is out %t, then %t", ids(after.Failed&^before.Failed), before.Out, after.Out)
		}
		was, had := before.Points.Ratio()
		if is, has := after.Points.Ratio(); !after.Out && (has && is < was || had && !has && was > 0) {
			t.Errorf("it lowers the score from %f, %t to %f, %t", was, had, is, has)
		}
		if applies {
			changed++
		}
		if applies && e.takesOut() {
			out++
		}
	})
	if changed < 500 || out < 100 {
		t.Errorf("of the random exemptions only %d cover their pod, and %d take it out: the test shows too little", changed, out)
	}
}

// named returns a judgement with the names of the exemptions that excuse something in
// place of their indices, which another exemption moves.
func named(p Policy, j Judgement) any {
	excuses := map[string]any{}
	for _, excuse := range j.Excuses {
		excuses[p.Exemptions()[excuse.Exemption].Name] = excuse.Checks
	}
	j.Excuses = nil
	return []any{j, excuses}
}

// TestFailuresAreSplit: what fails counts or is exempt, never both, and an excuse names
// failures only.
func TestFailuresAreSplit(t *testing.T) {
	forRandom(t, func(t *testing.T, _ *rand.Rand, c *judged) {
		j := c.by(c.policy)
		if j.Failed&j.Exempt != 0 || !j.Out && j.Failed|j.Exempt != c.facts.Failed || j.Out && j.Failed != 0 {
			t.Errorf("of %v fail %v, and exempt are %v", ids(c.facts.Failed), ids(j.Failed), ids(j.Exempt))
		}
		for _, excuse := range j.Excuses {
			e := &c.policy.Exemptions()[excuse.Exemption]
			if excuse.Checks&^(c.facts.Failed&e.Checks) != 0 || excuse.Checks == 0 && !e.takesOut() {
				t.Errorf("%s excuses %v", e.Name, ids(excuse.Checks))
			}
		}
	})
}

// TestOrderDoesNotMatter: the order in which exemptions are given, and that of their
// lists, changes nothing. Nor does judging twice.
func TestOrderDoesNotMatter(t *testing.T) {
	forRandom(t, func(t *testing.T, r *rand.Rand, c *judged) {
		var shuffled []Exemption
		for _, i := range r.Perm(len(c.policy.Exemptions())) {
			e := c.policy.Exemptions()[i]
			e.Namespaces, e.Workloads, e.Containers = inAnyOrder(r, e.Namespaces), inAnyOrder(r, e.Workloads), inAnyOrder(r, e.Containers)
			shuffled = append(shuffled, e)
		}
		first, again, other := c.by(c.policy), c.by(c.policy), c.by(c.policy.Exempting(shuffled))
		if !reflect.DeepEqual(first, again) || !reflect.DeepEqual(first, other) {
			t.Errorf("first %+v\nagain %+v\nin another order %+v", first, again, other)
		}
	})
}

func inAnyOrder[T any](r *rand.Rand, list []T) []T {
	var other []T
	for _, i := range r.Perm(len(list)) {
		other = append(other, list[i])
	}
	return other
}
