package configuration

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/podscore/podscore/policy"
)

// sentence says in words what an exemption covers.
func sentence(e Exemption) string {
	words := e.Name
	if e.Owner != "" {
		words += " (" + e.Owner + ")"
	}
	if e.All && len(e.Containers) == 0 {
		words += " takes pods" + ofWorkloads(e.Workloads) + " out of everything"
	} else {
		words += " excuses failures of " + checksInWords(e.Exemption) + inContainers(e.Containers) + ofWorkloads(e.Workloads)
	}
	return words + ", " + whereInWords(e.Exemption) + ", " + until(e.Ends) + ". Reason: " + inOneLine(e.Reason)
}

func checksInWords(e policy.Exemption) string {
	if e.All {
		return "all checks"
	}
	return enumerate(checkNames(e), "and")
}

func inContainers(patterns []policy.ContainerPattern) string {
	if len(patterns) == 0 {
		return " in pods and all their containers"
	}
	var entries []string
	for _, c := range inOrder(patterns, canonicalOfContainer, compareContainers) {
		words := "any container"
		if c.Name != "" {
			words = "the container " + c.Name
		}
		if c.Class != "" {
			words += " if it is of the class " + c.Class
		}
		if c.Image != "" {
			words += " with the image " + c.Image
		}
		entries = append(entries, words)
	}
	return " in " + enumerate(entries, "and") + " (not of the pod itself)"
}

func ofWorkloads(patterns []policy.WorkloadPattern) string {
	if len(patterns) == 0 {
		return ""
	}
	return " of " + enumerate(inOrder(patterns, workloadText, cmp.Compare), "and")
}

func whereInWords(e policy.Exemption) string {
	switch {
	case e.Everywhere:
		return "in every namespace"
	case e.NamespaceSelector != nil:
		return "in namespaces with the labels " + e.NamespaceSelector.String()
	case len(e.Namespaces) == 1 && e.Namespaces[0].Literal():
		return "in the namespace " + e.Namespaces[0].String()
	}
	return "in the namespaces " + enumerate(inOrder(e.Namespaces, policy.Glob.String, cmp.Compare), "and")
}

func until(ends time.Time) string {
	if ends.IsZero() {
		return "without an end"
	}
	return fmt.Sprintf("until %s", ends.UTC().Format("2006-01-02 15:04:05 MST"))
}

func inOneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
