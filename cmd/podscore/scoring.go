package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/api/validation"

	"github.com/podscore/podscore/policy"
)

// scoring has the flags for which pods are scored, and by which policy.
type scoring struct {
	given               func(flag string) bool // whether a flag is on the command line
	preset              string
	namespaces          []string
	exemptNamespaces    []string
	exemptPatterns      []policy.Glob // of exemptNamespaces; set by Validate
	workloadSeriesLimit int
}

var systemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease"}

// AddFlags implements group.
func (s *scoring) AddFlags(set *pflag.FlagSet) {
	s.given = set.Changed
	set.StringVar(&s.preset, "preset", policy.DefaultPreset, "`name` of the set of checks that a compliant pod must pass: "+strings.Join(policy.Presets(), ", "))
	set.StringSliceVar(&s.namespaces, "namespaces", nil, "`namespaces`, separated by commas, whose pods alone are watched, for which a Role in each is enough; they are taken to exist. Without it all are watched, which needs the ClusterRole")
	set.StringSliceVar(&s.exemptNamespaces, "exempt-namespaces", systemNamespaces, "`namespaces`, separated by commas, whose pods are exempt from everything; * stands for any characters, and an empty value exempts none")
	set.IntVar(&s.workloadSeriesLimit, "workload-series-limit", 5000, "how many `series` of podscore_workload_failing_pods every shard exposes at most; every namespace has an equal share, its most severe checks first")
}

// Validate implements group. It also parses the patterns, and sorts the namespaces.
func (s *scoring) Validate() (err error) {
	if _, err = policy.Preset(s.preset); err != nil {
		return fmt.Errorf("--preset: %w", err)
	}
	if err := s.parseExemptNamespaces(); err != nil {
		return err
	}
	if err := areNamespaces("--namespaces", s.namespaces); err != nil {
		return err
	}
	if s.namespaces != nil && len(s.namespaces) == 0 { // the flag is set, and empty
		return errors.New("--namespaces: no name in it: leave the flag out to watch all namespaces")
	}
	slices.Sort(s.namespaces)
	s.namespaces = slices.Compact(s.namespaces)
	if s.workloadSeriesLimit < 0 {
		return fmt.Errorf("--workload-series-limit: %d is below 0", s.workloadSeriesLimit)
	}
	return nil
}

// parseExemptNamespaces sets the patterns of --exempt-namespaces.
func (s *scoring) parseExemptNamespaces() error {
	const flag = "--exempt-namespaces"
	for _, name := range s.exemptNamespaces {
		if strings.Trim(name, "*") == "" && name != "" {
			return fmt.Errorf("%s: %q is every namespace: name those that are exempt", flag, name)
		}
		if err := areNamespaces(flag, []string{strings.ReplaceAll(name, "*", "x")}); err != nil {
			return fmt.Errorf("%s: %q is no namespace's name, nor a pattern of names: use small letters and digits, with hyphens between them, and * for any characters", flag, name)
		}
		pattern, err := policy.ParseGlob(name)
		if err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
		s.exemptPatterns = append(s.exemptPatterns, pattern)
	}
	return nil
}

// exemptions returns the built-in exemption; none if no namespace is exempt.
func (s *scoring) exemptions() []policy.Exemption {
	if len(s.exemptPatterns) == 0 {
		return nil
	}
	return []policy.Exemption{policy.TakeOutNamespaces(s.exemptPatterns...)}
}

// areNamespaces returns an error for the first name that is no namespace's name.
func areNamespaces(flag string, names []string) error {
	for _, name := range names {
		if wrong := validation.ValidateNamespaceName(name, false); len(wrong) > 0 {
			return fmt.Errorf("%s: %q is no namespace's name: use small letters and digits, with hyphens between them, 63 at most, and no pattern", flag, name)
		}
	}
	return nil
}
