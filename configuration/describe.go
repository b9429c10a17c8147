package configuration

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// Describe writes in words what a set says: what each exemption covers, what is worth a
// second look, and the hash, into which the flags that count go. The same set at the
// same time gives the same text.
func Describe(w io.Writer, s *Set, now time.Time, flags map[string]string) {
	if s.configured {
		describeSettings(w, s)
	} else {
		fmt.Fprintf(w, "There is no Configuration among these files: its rules are not known, such as requireExpiry and maxExpiry, and podscore may refuse what is valid here.\n")
	}
	for _, e := range s.exemptions {
		fmt.Fprintf(w, "\n%s: %s\n", e.Place, sentence(e))
		for _, warning := range warnings(e, now) {
			fmt.Fprintf(w, "  Warning: %s\n", warning)
		}
	}
	fmt.Fprintf(w, "\n%s. Hash: %d\n", counted(len(s.exemptions), "exemption"), s.Hash(flags))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// describeSettings writes what the Configuration says beside its exemptions.
func describeSettings(w io.Writer, s *Set) {
	preset := s.Preset()
	if preset == "" {
		preset = policy.DefaultPreset + ", the default"
	}
	fmt.Fprintf(w, "Preset: %s.\n", preset)
	for _, id := range checkIDs() {
		if override, given := s.settings.checks[id]; given && override.required {
			fmt.Fprintf(w, "A compliant pod must pass %s.\n", id)
		} else if given {
			fmt.Fprintf(w, "A compliant pod may fail %s.\n", id)
		}
	}
	switch days := s.settings.maxExpiry; {
	case days > 0:
		fmt.Fprintf(w, "Every exemption ends, at most %s after its file was read.\n", counted(days, "day"))
	case s.settings.requireExpiry:
		fmt.Fprintf(w, "Every exemption says when it ends, or that it never does.\n")
	}
	describeLimit(w, "podscore_exemption_pods", s.settings.limits.ExemptionSeries)
	describeLimit(w, "podscore_workload_failing_pods", s.settings.limits.WorkloadSeries)
}

func describeLimit(w io.Writer, metric string, limit *int) {
	if limit != nil {
		fmt.Fprintf(w, "At most %d series of %s are exposed.\n", *limit, metric)
	}
}

// warnings returns what is valid and may not be meant.
func warnings(e Exemption, now time.Time) (warnings []string) {
	if !e.Ends.IsZero() && !now.Before(e.Ends) {
		warnings = append(warnings, "it has ended, and excuses nothing.")
	}
	if len(e.Containers) > 0 && !e.All && !slices.ContainsFunc(checkNames(e.Exemption), ofContainers) {
		warnings = append(warnings, "its checks fail in the pod itself, never in a container: without containers it excuses them.")
	}
	seen := map[string]bool{}
	for _, w := range e.Workloads {
		if !workload.Known(w.Kind) && !seen[w.Kind] {
			seen[w.Kind] = true
			warnings = append(warnings, fmt.Sprintf("podscore does not know the kind %s: it matches only if pods have an owner of that kind.", w.Kind))
		}
		if w.Kind == "ReplicaSet" && !seen[w.Kind] {
			seen[w.Kind] = true
			warnings = append(warnings, "the pods of a Deployment are those of Deployment/name, not of its ReplicaSet.")
		}
	}
	return warnings
}

// ofContainers reports whether a check can fail in a container.
func ofContainers(id string) bool {
	return slices.ContainsFunc(securitycontext.Checks(), func(c securitycontext.Check) bool {
		return c.ID == id && c.Scope != securitycontext.ScopePod
	})
}
