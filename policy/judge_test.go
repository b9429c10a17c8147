package policy

import (
	"reflect"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// setOf returns the set of these checks, which must exist.
func setOf(names ...string) (set securitycontext.CheckSet) {
	for _, name := range names {
		set = set.With(slices.IndexFunc(checks, func(c securitycontext.Check) bool { return c.ID == name }))
	}
	return set
}

// globs returns the patterns, which must be valid.
func globs(texts ...string) (list []Glob) {
	for _, text := range texts {
		glob, err := ParseGlob(text)
		if err != nil {
			panic(err)
		}
		list = append(list, glob)
	}
	return list
}

func globOf(text string) *Glob { return &globs(text)[0] }

// container returns a pattern; an empty text stands for any.
func container(name, image string) (p ContainerPattern) {
	if name != "" {
		p.Name = globOf(name)
	}
	if image != "" {
		p.Image = globOf(image)
	}
	return p
}

func classOf(class securitycontext.Class) ContainerPattern { return ContainerPattern{Class: &class} }

func selector(text string) labels.Selector {
	parsed, err := labels.Parse(text)
	if err != nil {
		panic(err)
	}
	return parsed
}

var (
	everyCheck = securitycontext.CheckSet(1<<securitycontext.NumChecks - 1)

	shop = Namespace{Name: "shop", Labels: map[string]string{"tier": "legacy"}, LabelsKnown: true}
	web  = workload.Workload{Kind: "Deployment", Name: "web"}

	// failing are the facts of the pods of web: the proxy runs as root, the app too and
	// with a writable root filesystem, and the pod itself has no fsGroup.
	failing = &securitycontext.Facts{
		Failed: setOf("run-as-non-root", "read-only-root-filesystem", "fs-group"),
		OfPod:  setOf("fs-group"),
		Containers: []securitycontext.ContainerFacts{
			{Name: "proxy", Repository: "registry.example.com/istio/proxyv2", Class: securitycontext.Sidecar, Failed: setOf("run-as-non-root")},
			{Name: "app", Repository: "docker.io/library/nginx", Failed: setOf("run-as-non-root", "read-only-root-filesystem")},
		},
	}
	passing = &securitycontext.Facts{}
)

// TestJudge: what exemptions make of pods.
func TestJudge(t *testing.T) {
	of := func(change func(*Exemption)) Exemption {
		e := Exemption{Everywhere: true, Checks: everyCheck}
		change(&e)
		return e
	}
	proxy := of(func(e *Exemption) { e.Name, e.Containers = "proxy", []ContainerPattern{container("proxy", "")} })
	app := of(func(e *Exemption) { e.Name, e.Containers = "app", []ContainerPattern{container("app", "")} })
	both := of(func(e *Exemption) {
		e.Name, e.Containers = "both", []ContainerPattern{container("proxy", ""), container("app", "")}
	})
	twice := of(func(e *Exemption) { e.Name, e.Containers = "twice", both.Containers })
	fsGroup := of(func(e *Exemption) { e.Name, e.Checks = "fs-group", setOf("fs-group") })
	whole := of(func(e *Exemption) { e.Name = "whole" })
	out := of(func(e *Exemption) { e.Name, e.All = "out", true })
	elsewhere := of(func(e *Exemption) {
		e.Name, e.Everywhere, e.Namespaces, e.All = "elsewhere", false, globs("other"), true
	})
	root := setOf("run-as-non-root")
	for _, c := range []struct {
		name       string
		exemptions []Exemption
		facts      *securitycontext.Facts
		status     Status
		out        bool
		failed     []string
		excuses    []Excuse
	}{
		{"nothing exempts a good pod", nil, passing, Compliant, false, nil, nil},
		{"nothing exempts a bad pod", nil, failing, Noncompliant, false, ids(failing.Failed), nil},
		{"an exemption elsewhere", []Exemption{elsewhere}, failing, Noncompliant, false, ids(failing.Failed), nil},
		{"one of two containers is excused: the check fails", []Exemption{proxy}, failing, Noncompliant, false, ids(failing.Failed), []Excuse{{0, root}}},
		{"both are, by two exemptions", []Exemption{proxy, app}, failing, Exempt, false, []string{"fs-group"}, []Excuse{{0, root.With(4)}, {1, root}}},
		{"what the pod itself fails", []Exemption{fsGroup}, failing, Noncompliant, false, []string{"run-as-non-root", "read-only-root-filesystem"}, []Excuse{{0, setOf("fs-group")}}},
		{"everything, by name", []Exemption{whole}, failing, Exempt, false, nil, []Excuse{{0, failing.Failed}}},
		{"two exemptions of both containers", []Exemption{both, twice}, failing, Exempt, false, []string{"fs-group"}, []Excuse{{0, root.With(4)}, {1, root.With(4)}}},
		{"a good pod stays compliant", []Exemption{whole, proxy}, passing, Compliant, false, nil, nil},
		{"taken out", []Exemption{out}, failing, Exempt, true, nil, []Excuse{{0, failing.Failed}}},
		{"a good pod is taken out too", []Exemption{out}, passing, Exempt, true, nil, []Excuse{{0, 0}}},
		{"what is taken out is told of others too", []Exemption{out, proxy}, failing, Exempt, true, nil, []Excuse{{0, failing.Failed}, {1, root}}},
		{"a check that is not required", []Exemption{fsGroup}, &securitycontext.Facts{Failed: setOf("fs-group"), OfPod: setOf("fs-group")}, Compliant, false, nil, []Excuse{{0, setOf("fs-group")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := mustPreset(t, "cis").Exempting(c.exemptions).Judge(shop, web, c.facts)
			exempt := c.facts.Failed &^ got.Failed
			points := pointsOf(c.facts, exempt)
			if c.out {
				points, exempt = PointsOf(c.facts), c.facts.Failed
			}
			want := Judgement{Points: points, Status: c.status, Out: c.out, Failed: setOf(c.failed...), Exempt: exempt, Excuses: c.excuses}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestJudgeByAPreset: a preset alone judges as it does with no exemptions.
func TestJudgeByAPreset(t *testing.T) {
	cis := mustPreset(t, "cis")
	if got, want := cis.Judge(shop, web, failing), cis.Exempting(nil).Judge(shop, web, failing); !reflect.DeepEqual(got, want) || got.Status != Noncompliant {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestSystemNamespaces: the built-in exemption takes out the pods of namespaces by name
// and by glob, and no others.
func TestSystemNamespaces(t *testing.T) {
	cis := mustPreset(t, "cis").Exempting([]Exemption{TakeOutNamespaces(globs("kube-system", "openshift-*")...)})
	for namespace, want := range map[string]Status{
		"kube-system": Exempt, "openshift-dns": Exempt, "openshift-": Exempt,
		"shop": Noncompliant, "kube-system2": Noncompliant, "kube": Noncompliant, "openshift": Noncompliant, "": Noncompliant,
	} {
		got := cis.Judge(Namespace{Name: namespace}, web, failing)
		if got.Status != want || got.Out != (want == Exempt) || got.Points != PointsOf(failing) {
			t.Errorf("a pod in %q is %s with %+v, out %t; want %s with %+v", namespace, got.Status, got.Points, got.Out, want, PointsOf(failing))
		}
	}
	if got := cis.Exempting(nil).Judge(Namespace{Name: "kube-system"}, web, failing); got.Status != Noncompliant {
		t.Errorf("a pod is %s after the policy exempts nothing", got.Status)
	}
}

// TestPointsWithoutWhatIsExempt: a check that is exempt counts in neither sum.
func TestPointsWithoutWhatIsExempt(t *testing.T) {
	facts := &securitycontext.Facts{Failed: setOf("run-as-non-root", "privileged"), OfPod: setOf("run-as-non-root", "privileged")}
	for _, c := range []struct {
		exempt []string
		want   Points
	}{
		{nil, Points{50, 60, 30}},
		{[]string{"run-as-non-root"}, Points{50, 50, 30}},
		{[]string{"privileged"}, Points{50, 60, 0}},
		{[]string{"run-as-user"}, Points{50, 60, 30}}, // it passes, and stays a pass
		{[]string{"run-as-non-root", "privileged"}, Points{50, 50, 0}},
	} {
		e := Exemption{Everywhere: true, Checks: setOf(c.exempt...)}
		if got := mustPreset(t, "cis").Exempting([]Exemption{e}).Judge(shop, web, facts).Points; got != c.want {
			t.Errorf("exempt %v: points %+v, want %+v", c.exempt, got, c.want)
		}
	}
}

// TestAllocatesNothing: judging a pod that no exemption covers is free of garbage,
// whatever the exemptions.
func TestAllocatesNothing(t *testing.T) {
	others := []Exemption{
		{Name: "a", Namespaces: globs("other"), Checks: everyCheck},
		{Name: "b", Namespaces: globs("other-*", "**/x"), Checks: everyCheck},
		{Name: "c", NamespaceSelector: selector("tier in (new, newer), !zone"), Checks: everyCheck},
		{Name: "d", Namespaces: globs("shop"), Workloads: []WorkloadPattern{{"Deployment", *globOf("other")}}, Checks: everyCheck},
		{Name: "e", Everywhere: true, Workloads: []WorkloadPattern{{"Deployment", *globOf("other-*-*")}}, Checks: everyCheck},
		{Name: "f", Everywhere: true, Containers: []ContainerPattern{container("other", "")}, Checks: everyCheck},
		{Name: "g", Everywhere: true, Containers: []ContainerPattern{container("", "registry.example.com/**/other/*")}, Checks: everyCheck},
		{Name: "h", Everywhere: true, Checks: setOf("privileged")},
	}
	policy := mustPreset(t, "cis").Exempting(others)
	if got := policy.Judge(shop, web, failing); got.Excuses != nil {
		t.Fatalf("%v cover the pod", got.Excuses)
	}
	if allocations := testing.AllocsPerRun(100, func() { policy.Judge(shop, web, failing) }); allocations > 0 {
		t.Errorf("judging takes %.0f allocations, want none", allocations)
	}
}
