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
	words, pods := e.Name, podsOf(e.Workloads)
	if e.Owner != "" {
		words += " (" + e.Owner + ")"
	}
	switch {
	case e.All && len(e.Containers) == 0:
		words += " takes " + pods + " out of everything"
	case len(e.Containers) == 0:
		words += " excuses failures of " + checksInWords(e.Exemption) + " in " + pods + " and all their containers"
	default:
		words += " excuses failures of " + checksInWords(e.Exemption) + " in " + containersInWords(e.Containers) + " of " + pods + " (not of the pods themselves)"
	}
	return words + ", " + whereInWords(e.Exemption) + ", " + until(e.Ends) + ". Reason: " + inOneLine(e.Reason)
}

func checksInWords(e policy.Exemption) string {
	if e.All {
		return "all checks"
	}
	return enumerate(checkNames(e), "and")
}

func containersInWords(patterns []policy.ContainerPattern) string {
	var entries []string
	for _, c := range inOrder(patterns, canonicalOfContainer, compareContainers) {
		words := "containers"
		if c.Name != "" {
			words += " named " + c.Name
		}
		if c.Class != "" {
			words += " of the class " + c.Class
		}
		if c.Image != "" {
			words += " with the image " + c.Image
		}
		entries = append(entries, words)
	}
	return enumerate(entries, "and")
}

func podsOf(patterns []policy.WorkloadPattern) string {
	if len(patterns) == 0 {
		return "pods"
	}
	return "the pods of " + enumerate(inOrder(patterns, workloadText, cmp.Compare), "and")
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
