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
		"of any workload with the container": {Exemption{Workloads: []WorkloadPattern{cart, anyWorkload}, Containers: []ContainerPattern{app}}, []key{{of: ofContainer, name: "app"}}},
		"of a workload with any container":   {Exemption{Workloads: []WorkloadPattern{cart}, Containers: []ContainerPattern{container("*", "")}}, []key{{of: ofWorkload, kind: "Deployment", name: "cart"}}},
	} {
		if got := c.of.keys(); !slices.Equal(got, c.want) {
			t.Errorf("an exemption %s has the keys %+v, want %+v", name, got, c.want)
		}
	}
}
