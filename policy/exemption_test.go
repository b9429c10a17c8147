package policy

import (
	"testing"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// fields has, for every field of an exemption, values with which it covers the proxy's
// failure of run-as-non-root in the pods of failing, and values with which it does not.
var fields = []struct {
	name         string
	match, other []func(*Exemption)
}{
	{
		"namespaces",
		[]func(*Exemption){namespaces("shop"), namespaces("sh*"), namespaces("*op"), namespaces("other", "shop")},
		[]func(*Exemption){namespaces("sho"), namespaces("shop2"), namespaces("hop"), namespaces("Shop"), namespaces("sho*2"), namespaces("other", "shopping")},
	},
	{
		"namespaceSelector",
		[]func(*Exemption){selects("tier=legacy"), selects("tier"), selects("tier in (legacy, old)"), selects("!zone")},
		[]func(*Exemption){selects("tier=legac"), selects("zone"), selects("tier!=legacy"), selects("tier=legacy,zone=a")},
	},
	{
		"workloads",
		[]func(*Exemption){works("Deployment", "web"), works("Deployment", "w*"), works("Deployment", "*")},
		[]func(*Exemption){works("Deployment", "we"), works("Deployment", "web2"), works("StatefulSet", "web"), works("StatefulSet", "*"), works("deployment", "web"), works("Pod", "web-0")},
	},
	{
		"containers, name",
		[]func(*Exemption){contains(container("proxy", "")), contains(container("pro*", "")), contains(container("other", ""), container("proxy", ""))},
		[]func(*Exemption){contains(container("prox", "")), contains(container("proxy2", "")), contains(container("app", "")), contains(container("*2", ""))},
	},
	{
		"containers, image",
		[]func(*Exemption){contains(container("", "registry.example.com/istio/proxyv2")), contains(container("", "registry.example.com/istio/*")), contains(container("", "registry.example.com/**")), contains(container("", "**/proxyv2"))},
		[]func(*Exemption){contains(container("", "registry.example.com/istio/proxy")), contains(container("", "registry.example.com/*")), contains(container("", "docker.io/istio/proxyv2")), contains(container("", "istio/proxyv2")), contains(container("", "docker.io/library/nginx"))},
	},
	{
		"containers, class",
		[]func(*Exemption){contains(classOf(securitycontext.Sidecar)), contains(classOf(securitycontext.Init), classOf(securitycontext.Sidecar))},
		[]func(*Exemption){contains(classOf(securitycontext.Init)), contains(classOf(securitycontext.Regular)), contains(classOf(securitycontext.Ephemeral))},
	},
	{
		"checks",
		[]func(*Exemption){asks("run-as-non-root"), asks("privileged", "run-as-non-root")},
		[]func(*Exemption){asks("run-as-user"), asks("privileged")},
	},
}

func namespaces(texts ...string) func(*Exemption) {
	return func(e *Exemption) { e.Namespaces = globs(texts...) }
}

func selects(text string) func(*Exemption) {
	return func(e *Exemption) { e.NamespaceSelector = selector(text) }
}

func works(kind, name string) func(*Exemption) {
	return func(e *Exemption) { e.Workloads = append(e.Workloads, WorkloadPattern{kind, *globOf(name)}) }
}

// contains narrows the patterns of an exemption by those given: a container has to match
// one of the former in one part, and one of the latter in another.
func contains(patterns ...ContainerPattern) func(*Exemption) {
	return func(e *Exemption) {
		if e.Containers == nil {
			e.Containers = []ContainerPattern{{}}
		}
		var narrowed []ContainerPattern
		for _, before := range e.Containers {
			for _, p := range patterns {
				narrowed = append(narrowed, joined(before, p))
			}
		}
		e.Containers = narrowed
	}
}

// joined returns a pattern with the parts of two.
func joined(p, other ContainerPattern) ContainerPattern {
	if other.Name != nil {
		p.Name = other.Name
	}
	if other.Image != nil {
		p.Image = other.Image
	}
	if other.Class != nil {
		p.Class = other.Class
	}
	return p
}

func asks(checks ...string) func(*Exemption) {
	return func(e *Exemption) { e.Checks = setOf(checks...) }
}

// excusesProxy reports whether an exemption, changed by these, excuses that the proxy
// runs as root.
func excusesProxy(t *testing.T, changes ...func(*Exemption)) bool {
	t.Helper()
	e := Exemption{Name: "e", Everywhere: true, Checks: everyCheck}
	for _, change := range changes {
		change(&e)
	}
	policy := mustPreset(t, "cis").Exempting([]Exemption{e})
	facts := &securitycontext.Facts{Failed: setOf("run-as-non-root"), Containers: failing.Containers[:1]}
	judgement := policy.Judge(shop, web, facts)
	if excuses := judgement.Excuses != nil; excuses != (judgement.Failed == 0) {
		t.Fatalf("%+v excuses, and the check fails still: %+v", e, judgement)
	}
	return judgement.Failed == 0
}

// TestFields: every value of every field, alone and beside every value of every other
// field. Fields are joined by "and".
func TestFields(t *testing.T) {
	for i, one := range fields {
		for at, value := range one.match {
			if !excusesProxy(t, value) {
				t.Errorf("%s, value %d: it has to match", one.name, at)
			}
		}
		for at, value := range one.other {
			if excusesProxy(t, value) {
				t.Errorf("%s, value %d: it must not match", one.name, at)
			}
		}
		for _, two := range fields[i+1:] {
			eachPair(one.match, two.match, func(a, b int) {
				if !excusesProxy(t, one.match[a], two.match[b]) {
					t.Errorf("%s %d and %s %d: both match", one.name, a, two.name, b)
				}
			})
			eachPair(one.match, two.other, func(a, b int) {
				if excusesProxy(t, one.match[a], two.other[b]) {
					t.Errorf("%s %d and %s %d: the second does not match", one.name, a, two.name, b)
				}
			})
			eachPair(one.other, two.match, func(a, b int) {
				if excusesProxy(t, one.other[a], two.match[b]) {
					t.Errorf("%s %d and %s %d: the first does not match", one.name, a, two.name, b)
				}
			})
			eachPair(one.other, two.other, func(a, b int) {
				if excusesProxy(t, one.other[a], two.other[b]) {
					t.Errorf("%s %d and %s %d: neither matches", one.name, a, two.name, b)
				}
			})
		}
	}
}

func eachPair[T any](one, two []T, do func(a, b int)) {
	for a := range one {
		for b := range two {
			do(a, b)
		}
	}
}

// TestHoldsIn: what is not known of a namespace never makes an exemption hold there.
func TestHoldsIn(t *testing.T) {
	unknown := Namespace{Name: "shop", Labels: shop.Labels}
	bare := Namespace{Name: "shop", LabelsKnown: true}
	for _, c := range []struct {
		name string
		e    Exemption
		ns   Namespace
		want bool
	}{
		{"nowhere, if nothing says where", Exemption{}, shop, false},
		{"nowhere, by no names", Exemption{Namespaces: []Glob{}}, shop, false},
		{"everywhere", Exemption{Everywhere: true}, unknown, true},
		{"by name, labels or not", Exemption{Namespaces: globs("shop")}, unknown, true},
		{"by labels", Exemption{NamespaceSelector: selector("tier=legacy")}, shop, true},
		{"by labels that are not known", Exemption{NamespaceSelector: selector("tier=legacy")}, unknown, false},
		{"by the absence of a label, not known", Exemption{NamespaceSelector: selector("!zone")}, unknown, false},
		{"by the absence of a label, in a namespace without labels", Exemption{NamespaceSelector: selector("!zone")}, bare, true},
		{"by labels, in a namespace without labels", Exemption{NamespaceSelector: selector("tier=legacy")}, bare, false},
		{"by a selector of everything, not known", Exemption{NamespaceSelector: selector("")}, unknown, false},
		{"everywhere with certain labels", Exemption{Everywhere: true, NamespaceSelector: selector("tier=new")}, shop, false},
	} {
		c.e.Checks = everyCheck
		if got := c.e.holdsIn(c.ns); got != c.want {
			t.Errorf("%s: it holds %t, want %t", c.name, got, c.want)
		}
		judgement := mustPreset(t, "cis").Exempting([]Exemption{c.e}).Judge(c.ns, web, failing)
		if got := judgement.Excuses != nil; got != c.want {
			t.Errorf("%s: it excuses something %t, want %t", c.name, got, c.want)
		}
	}
}

// TestContainersHoldTogether: a container that takes another's name or image does not
// take its exemption, and all parts of a pattern have to hold for one container.
func TestContainersHoldTogether(t *testing.T) {
	mesh := container("proxy", "registry.example.com/istio/proxyv2")
	init := securitycontext.Init
	for _, c := range []struct {
		name      string
		pattern   ContainerPattern
		container securitycontext.ContainerFacts
		want      bool
	}{
		{"both", mesh, securitycontext.ContainerFacts{Name: "proxy", Repository: "registry.example.com/istio/proxyv2"}, true},
		{"the right name with the wrong image", mesh, securitycontext.ContainerFacts{Name: "proxy", Repository: "docker.io/evil/proxyv2"}, false},
		{"the right name with an image that has no valid name", mesh, securitycontext.ContainerFacts{Name: "proxy"}, false},
		{"the right image with the wrong name", mesh, securitycontext.ContainerFacts{Name: "app", Repository: "registry.example.com/istio/proxyv2"}, false},
		{"an image that only begins so", mesh, securitycontext.ContainerFacts{Name: "proxy", Repository: "registry.example.com/istio/proxyv2/evil"}, false},
		{"an image without a valid name, and any image", container("", "**"), securitycontext.ContainerFacts{Name: "proxy"}, false},
		{"the wrong class", ContainerPattern{Name: mesh.Name, Class: &init}, securitycontext.ContainerFacts{Name: "proxy", Class: securitycontext.Sidecar}, false},
	} {
		c.container.Failed = setOf("run-as-non-root")
		facts := &securitycontext.Facts{Failed: c.container.Failed, Containers: []securitycontext.ContainerFacts{c.container}}
		e := Exemption{Everywhere: true, Containers: []ContainerPattern{c.pattern}, Checks: everyCheck}
		if got := mustPreset(t, "cis").Exempting([]Exemption{e}).Judge(shop, web, facts).Excuses != nil; got != c.want {
			t.Errorf("%s: it is excused %t, want %t", c.name, got, c.want)
		}
	}
}

// TestPodsWithoutController: a pod that is its own workload is found as Pod/name, and
// not by what it could be a part of.
func TestPodsWithoutController(t *testing.T) {
	for _, c := range []struct {
		pattern WorkloadPattern
		want    bool
	}{
		{WorkloadPattern{"Pod", *globOf("web-0")}, true},
		{WorkloadPattern{"Pod", *globOf("web")}, false},
		{WorkloadPattern{"StatefulSet", *globOf("web")}, false},
		{WorkloadPattern{"StatefulSet", *globOf("web-0")}, false},
	} {
		e := Exemption{Everywhere: true, Workloads: []WorkloadPattern{c.pattern}, Checks: everyCheck}
		judgement := mustPreset(t, "cis").Exempting([]Exemption{e}).Judge(shop, workload.Workload{Kind: "Pod", Name: "web-0"}, failing)
		if got := judgement.Excuses != nil; got != c.want {
			t.Errorf("%s/%s: it covers the pod web-0 %t, want %t", c.pattern.Kind, c.pattern.Name, got, c.want)
		}
	}
}

// TestTakeOutNamespaces: the built-in exemption has the name that users see, and names every
// check.
func TestTakeOutNamespaces(t *testing.T) {
	e := TakeOutNamespaces(globs("kube-system")...)
	var all securitycontext.CheckSet
	for i := range checks {
		all = all.With(i)
	}
	if e.Name != "system-namespaces" || e.Checks != all || !e.All {
		t.Errorf("it is %+v, want the name system-namespaces and the checks %b", e, all)
	}
}
