package policy

import (
	"reflect"
	"testing"

	"github.com/podscore/podscore/securitycontext"
)

// TestRememberingGoesOn: what is remembered of one namespace serves the next, unless an
// exemption tells the two apart.
func TestRememberingGoesOn(t *testing.T) {
	policy := mustPreset(t, "cis").Exempting([]Exemption{
		{Name: "everywhere", Everywhere: true, Checks: setOf("fs-group")},
		{Name: "named", Namespaces: globs("named"), Checks: everyCheck},
		{Name: "selected", NamespaceSelector: selector("tier=legacy"), Checks: everyCheck},
	})
	a, b, named := Namespace{Name: "a"}, Namespace{Name: "b"}, Namespace{Name: "named"}
	for _, c := range []struct {
		before, then Namespace
		want         bool
	}{{a, b, true}, {a, named, false}, {named, a, false}, {a, shop, false}, {shop, a, false}} {
		before := policy.In(c.before).Remembering(Local{})
		before.Judge(web, failing)
		then := policy.In(c.then).Remembering(before)
		if _, remembers := then.plain[failing.Failed]; remembers != c.want {
			t.Errorf("after %s it remembers in %s what a failing pod is excused: %t, want %t", c.before.Name, c.then.Name, remembers, c.want)
		}
	}
}

// TestRemembersSoMuch: what is remembered is bounded, and what is not is found out again.
func TestRemembersSoMuch(t *testing.T) {
	forgetting := mustPreset(t, "cis").Exempting([]Exemption{{Name: "e", Everywhere: true, Checks: everyCheck}}).In(shop)
	remembering := forgetting.Remembering(Local{})
	for failed := range securitycontext.CheckSet(2 * mostRemembered) {
		if got, want := remembering.plainOf(failed), forgetting.plainOf(failed); !reflect.DeepEqual(got, want) {
			t.Errorf("of %v it excuses %+v, want %+v", ids(failed), got, want)
		}
	}
	if got := len(remembering.plain); got != mostRemembered {
		t.Errorf("it remembers %d sets of checks, want %d", got, mostRemembered)
	}
}
