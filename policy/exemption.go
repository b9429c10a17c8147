package policy

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Exemption excuses failures of checks, where it holds, until it ends. Its fields are
// joined by "and", the entries of a list by "or". A list that is empty matches
// anything. One of Namespaces, NamespaceSelector and Everywhere has to be set, else the
// exemption holds nowhere.
type Exemption struct {
	// Name is unique among the exemptions of a policy.
	Name string
	// Owner says who answers for it; "" if nobody is named.
	Owner string
	// Source says where it stands, such as a directory: whoever can write there has written
	// it, whatever owner it names.
	Source string
	// Ends is when it ends; zero if it does not.
	Ends time.Time

	// Namespaces match the names of namespaces.
	Namespaces []Glob
	// NamespaceSelector selects namespaces by their labels; nil if there is none. It
	// selects no namespace whose labels are not known.
	NamespaceSelector labels.Selector
	// Everywhere is true if it holds in every namespace.
	Everywhere bool

	// Workloads match the workloads of pods.
	Workloads []WorkloadPattern
	// Containers match the containers whose failures are excused. If there are any, a
	// failure of the pod itself is not excused.
	Containers []ContainerPattern
	// Checks are the checks whose failures are excused.
	Checks securitycontext.CheckSet
	// All is true if Checks are all checks, those that later versions add included. Without Containers,
	// such an exemption takes pods out of everything.
	All bool
}

// WorkloadPattern matches workloads of one kind.
type WorkloadPattern struct {
	Kind string
	Name Glob
}

// ContainerPattern matches containers for which all of its parts hold.
type ContainerPattern struct {
	// Name and Image match the container's name and its image's repository; nil matches any.
	Name, Image *Glob
	// Class is the container's class; nil matches any.
	Class *securitycontext.Class
}

// Namespace is what exemptions ask of a namespace.
type Namespace struct {
	Name string
	// Labels are the namespace's; they mean something only if LabelsKnown is true.
	Labels      map[string]string
	LabelsKnown bool
}

// holdsIn reports whether the exemption holds in a namespace.
func (e *Exemption) holdsIn(ns Namespace) bool {
	return (e.Everywhere || len(e.Namespaces) > 0 || e.NamespaceSelector != nil) &&
		(len(e.Namespaces) == 0 || slices.ContainsFunc(e.Namespaces, func(g Glob) bool { return g.Match(ns.Name) })) &&
		(e.NamespaceSelector == nil || ns.LabelsKnown && e.NamespaceSelector.Matches(labels.Set(ns.Labels)))
}

// covers reports whether the exemption covers a workload's pods in a namespace where it
// holds.
func (e *Exemption) covers(w workload.Workload) bool {
	return len(e.Workloads) == 0 || slices.ContainsFunc(e.Workloads, func(p WorkloadPattern) bool { return p.matches(w) })
}

// matches reports whether the exemption is about a container.
func (e *Exemption) matches(c *securitycontext.ContainerFacts) bool {
	return len(e.Containers) == 0 || slices.ContainsFunc(e.Containers, func(p ContainerPattern) bool { return p.matches(c) })
}

// takesOut reports whether the exemption takes the pods that it covers out of
// everything.
func (e *Exemption) takesOut() bool { return e.All && len(e.Containers) == 0 }

func (p *WorkloadPattern) matches(w workload.Workload) bool {
	return p.Kind == w.Kind && p.Name.Match(w.Name)
}

func (p *ContainerPattern) matches(c *securitycontext.ContainerFacts) bool {
	return (p.Name == nil || p.Name.Match(c.Name)) &&
		(p.Image == nil || c.Repository != "" && p.Image.Match(c.Repository)) &&
		(p.Class == nil || *p.Class == c.Class)
}

// SystemNamespaces is the name of the built-in exemption. No other may have it.
const SystemNamespaces = "system-namespaces"

// TakeOutNamespaces returns the built-in exemption, which takes the pods of namespaces
// out of everything.
func TakeOutNamespaces(patterns ...Glob) Exemption {
	return Exemption{Name: SystemNamespaces, Namespaces: patterns, Checks: 1<<securitycontext.NumChecks - 1, All: true}
}
