package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/api/validation"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/policy"
)

// scoring has the flags for which pods are scored, and by which policy.
type scoring struct {
	given               func(flag string) bool // whether a flag is on the command line
	preset              string
	namespaces          []string
	exemptNamespaces    []string
	exemptions          []policy.Exemption // by exemptNamespaces; set by Validate
	workloadSeriesLimit int
}

// AddFlags implements group.
func (s *scoring) AddFlags(set *pflag.FlagSet) {
	s.given = set.Changed
	set.StringVar(&s.preset, "preset", policy.DefaultPreset, "`name` of the set of checks that a compliant pod must pass: "+strings.Join(policy.Presets(), ", "))
	set.StringSliceVar(&s.namespaces, "namespaces", nil, "`namespaces`, separated by commas, whose pods alone are watched, for which a Role in each is enough; they are taken to exist. Without it all are watched, which needs the ClusterRole")
	set.StringSliceVar(&s.exemptNamespaces, "exempt-namespaces", configuration.SystemNamespaces(), "`namespaces`, separated by commas, whose pods are exempt from everything; * stands for any characters, and an empty value exempts none")
	set.IntVar(&s.workloadSeriesLimit, "workload-series-limit", 5000, "how many `series` of podscore_workload_failing_pods every shard exposes at most; every namespace has an equal share, its most severe checks first; 0 exposes none")
}

// Validate implements group. It also makes the built-in exemption, and sorts the namespaces.
func (s *scoring) Validate() (err error) {
	if _, err = policy.Preset(s.preset); err != nil {
		return fmt.Errorf("--preset: %w", err)
	}
	if s.exemptions, err = configuration.TakeOut(s.exemptNamespaces); err != nil {
		return fmt.Errorf("--exempt-namespaces: %w", err)
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

// areNamespaces returns an error for the first name that is no namespace's name.
func areNamespaces(flag string, names []string) error {
	for _, name := range names {
		if wrong := validation.ValidateNamespaceName(name, false); len(wrong) > 0 {
			return fmt.Errorf("%s: %q is no namespace's name: use small letters and digits, with hyphens between them, 63 at most, and no pattern", flag, name)
		}
	}
	return nil
}
