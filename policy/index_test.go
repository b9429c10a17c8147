package policy

import (
	"slices"
	"testing"
)

// TestKeys: by which names of a pod an exemption is found. One without a key is asked for
// every pod of the namespace.
func TestKeys(t *testing.T) {
	cart, web := WorkloadPattern{"Deployment", *globOf("cart")}, WorkloadPattern{"StatefulSet", *globOf("web")}
	anyWorkload := WorkloadPattern{"Deployment", *globOf("*")}
	app, proxy := container("app", ""), container("app", "registry.example.com/proxy")
	for name, c := range map[string]struct {
		of   Exemption
		want []key
	}{
		"of all pods":                        {Exemption{}, nil},
		"of workloads":                       {Exemption{Workloads: []WorkloadPattern{cart, web}}, []key{{of: ofWorkload, kind: "Deployment", name: "cart"}, {of: ofWorkload, kind: "StatefulSet", name: "web"}}},
		"of containers of any name":          {Exemption{Containers: []ContainerPattern{app, container("*", "")}}, nil},
		"of a container":                     {Exemption{Containers: []ContainerPattern{app}}, []key{{of: ofContainer, name: "app"}}},
		"of a container with an image":       {Exemption{Containers: []ContainerPattern{proxy}}, []key{{of: ofRepository, name: "registry.example.com/proxy"}}},
		"of a container from a registry":     {Exemption{Containers: []ContainerPattern{container("app", "registry.example.com/**")}}, []key{{of: ofContainer, name: "app"}}},
		"of containers that begin alike":     {Exemption{Containers: []ContainerPattern{container("app-*", "registry.example.com/**")}}, []key{{of: ofRepository, begins: true, name: "registry.example.com"}}},
		"of any workload with the container": {Exemption{Workloads: []WorkloadPattern{cart, anyWorkload}, Containers: []ContainerPattern{app}}, []key{{of: ofContainer, name: "app"}}},
		"of a workload with any container":   {Exemption{Workloads: []WorkloadPattern{cart}, Containers: []ContainerPattern{container("*", "")}}, []key{{of: ofWorkload, kind: "Deployment", name: "cart"}}},
	} {
		if got := c.of.keys(); !slices.Equal(got, c.want) {
			t.Errorf("an exemption %s has the keys %+v, want %+v", name, got, c.want)
		}
	}
}

// TestExempts: an exemption holds in a namespace or not, whatever it covers there, and also
// after its end.
func TestExempts(t *testing.T) {
	cart, whatever := []WorkloadPattern{{"Deployment", *globOf("cart")}}, []WorkloadPattern{{"Deployment", *globOf("*")}}
	for name, c := range map[string]struct {
		of   []Exemption
		want bool
	}{
		"none":                          {nil, false},
		"everywhere":                    {[]Exemption{{Everywhere: true}}, true},
		"everywhere, of a workload":     {[]Exemption{{Everywhere: true, Workloads: cart}}, true},
		"everywhere, of any workload":   {[]Exemption{{Everywhere: true, Workloads: whatever}}, true},
		"everywhere, of one and of any": {[]Exemption{{Everywhere: true, Workloads: cart}, {Everywhere: true, Workloads: whatever}}, true},
		"everywhere, of one and of all": {[]Exemption{{Everywhere: true, Workloads: cart}, {Everywhere: true}}, true},
		"by name":                       {[]Exemption{{Namespaces: globs("shop")}}, true},
		"by another name":               {[]Exemption{{Namespaces: globs("other")}}, false},
		"by labels":                     {[]Exemption{{NamespaceSelector: selector("tier=legacy")}}, true},
		"by other labels":               {[]Exemption{{NamespaceSelector: selector("tier=new")}}, false},
		"by a pattern":                  {[]Exemption{{Namespaces: globs("s*")}}, true},
		"ended":                         {[]Exemption{{Everywhere: true, Ends: day(-1)}}, true},
	} {
		at, _ := Policy{}.Exempting(c.of).At(day(0))
		if got := at.In(shop).Exempts(); got != c.want {
			t.Errorf("%s: an exemption holds %t, want %t", name, got, c.want)
		}
	}
	if (Policy{}).In(shop).Exempts() {
		t.Error("an exemption holds by a policy without any")
	}
}
