package configuration

import (
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// where are the fields that say where an exemption holds.
var where = []string{"namespaces", "namespaceSelector", "everywhere"}

// checkWhere requires that one field says where an exemption holds.
func checkWhere(r *reader, n *yaml.Node, fields given, _ *entry) {
	var said []string
	for _, name := range where {
		if fields[name] != nil {
			said = append(said, name)
		}
	}
	switch {
	case len(said) == 0:
		r.wrong(n, "it is not said where the exemption holds: write %s (everywhere: true for all namespaces)", enumerate(where, "or"))
	case len(said) > 1:
		r.wrong(fields[said[1]], "%s are both given: keep one, and write an exemption of its own for the other", enumerate(said, "and"))
	}
}

// checkContainer requires that an entry of containers says something.
func checkContainer(r *reader, n *yaml.Node, fields given, _ *policy.ContainerPattern) {
	if len(fields) == 0 {
		r.wrong(n, "an entry of containers that says nothing would match every container: write name, image or class, or leave containers out")
	}
}

// Exemption is an exemption with what only people read of it.
type Exemption struct {
	policy.Exemption
	// Reason says why its failures are accepted.
	Reason string
	// Link is a URL with more about it; "" if none is given.
	Link string
	// Place is where it stands.
	Place Place
}

// exemption returns what an entry says. The entry must be valid.
func (e entry) exemption(at Place) Exemption {
	is := policy.Exemption{
		Name: e.name.value, Owner: e.owner, Source: filepath.Dir(at.Path), Ends: e.expires.value.at,
		Namespaces: e.namespaces, NamespaceSelector: e.selector.value, Everywhere: e.everywhere,
		Workloads: e.workloads, Containers: e.containers,
	}
	is.Checks, is.All = checkSet(e.checks)
	return Exemption{is, e.reason, e.link, at}
}

// checkSet returns the checks of these names, and whether all are meant.
func checkSet(names []string) (set securitycontext.CheckSet, all bool) {
	all = slices.Contains(names, allChecks)
	for i, id := range checkIDs() {
		if all || slices.Contains(names, id) {
			set = set.With(i)
		}
	}
	return set, all
}
