package configuration

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/podscore/podscore/policy"
)

// canonicalSet is a set in a form that is the same for all sets that say the same: lists
// are in order and have no entry twice, ends are moments in UTC.
type canonicalSet struct {
	Preset        string               `json:"preset"`
	Checks        map[string]bool      `json:"checks,omitempty"`
	RequireExpiry bool                 `json:"requireExpiry,omitempty"`
	MaxExpiry     int                  `json:"maxExpiry,omitempty"`
	Limits        Limits               `json:"limits,omitzero"`
	Exemptions    []canonicalExemption `json:"exemptions,omitempty"`
}

type canonicalExemption struct {
	Name              string               `json:"name"`
	Reason            string               `json:"reason"`
	Owner             string               `json:"owner,omitempty"`
	Link              string               `json:"link,omitempty"`
	Ends              string               `json:"ends,omitempty"`
	Namespaces        []string             `json:"namespaces,omitempty"`
	NamespaceSelector string               `json:"namespaceSelector,omitempty"`
	Everywhere        bool                 `json:"everywhere,omitempty"`
	Workloads         []string             `json:"workloads,omitempty"`
	Containers        []canonicalContainer `json:"containers,omitempty"`
	Checks            []string             `json:"checks"`
}

type canonicalContainer struct {
	Name  string `json:"name,omitempty"`
	Image string `json:"image,omitempty"`
	Class string `json:"class,omitempty"`
}

func canonical(s *Set) []byte {
	c := canonicalSet{
		Preset: cmp.Or(s.settings.preset, policy.DefaultPreset), Checks: map[string]bool{},
		RequireExpiry: s.settings.requireExpiry, MaxExpiry: s.settings.maxExpiry, Limits: s.settings.limits,
	}
	for id, override := range s.settings.checks {
		c.Checks[id] = override.required
	}
	for _, e := range s.exemptions {
		c.Exemptions = append(c.Exemptions, canonicalOf(e))
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, numbers and truth values can be told in JSON
	}
	return text
}

func canonicalOf(e Exemption) canonicalExemption {
	c := canonicalExemption{
		Name: e.Name, Reason: e.Reason, Owner: e.Owner, Link: e.Link, Everywhere: e.Everywhere,
		Namespaces: inOrder(e.Namespaces, policy.Glob.String, cmp.Compare),
		Workloads:  inOrder(e.Workloads, workloadText, cmp.Compare),
		Containers: inOrder(e.Containers, canonicalOfContainer, compareContainers),
		Checks:     checkNames(e.Exemption),
	}
	if !e.Ends.IsZero() {
		c.Ends = e.Ends.UTC().Format(time.RFC3339Nano)
	}
	if e.NamespaceSelector != nil {
		c.NamespaceSelector = e.NamespaceSelector.String()
	}
	return c
}

// checkNames returns the ids of an exemption's checks, or "all".
func checkNames(e policy.Exemption) []string {
	if e.All {
		return []string{allChecks}
	}
	var names []string
	for i, id := range checkIDs() {
		if e.Checks.Has(i) {
			names = append(names, id)
		}
	}
	return names
}

func workloadText(w policy.WorkloadPattern) string { return w.Kind + "/" + w.Name.String() }

func canonicalOfContainer(p policy.ContainerPattern) (c canonicalContainer) {
	if p.Name != nil {
		c.Name = p.Name.String()
	}
	if p.Image != nil {
		c.Image = p.Image.String()
	}
	if p.Class != nil {
		c.Class = p.Class.String()
	}
	return c
}

func compareContainers(a, b canonicalContainer) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Image, b.Image), cmp.Compare(a.Class, b.Class))
}

// inOrder returns the forms of entries, in order and each once.
func inOrder[E, F any](entries []E, form func(E) F, compare func(a, b F) int) []F {
	var forms []F
	for _, e := range entries {
		forms = append(forms, form(e))
	}
	slices.SortFunc(forms, compare)
	return slices.CompactFunc(forms, func(a, b F) bool { return compare(a, b) == 0 })
}
