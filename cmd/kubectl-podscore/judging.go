package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/policy"
)

// judging has the flags that say by what is judged. They mean what the controller's mean. It
// asks the API server for ConfigMaps alone.
type judging struct {
	cluster          connection
	config           []string
	exemptions       []string
	preset           string
	exemptNamespaces []string
}

func (j *judging) addFlags(set *pflag.FlagSet) {
	set.StringArrayVar(&j.config, "config", nil, "`path` of a file with a Configuration or Exemptions, or of a directory with such files; or configmap/NAMESPACE/NAME, as the controller reads it; may be repeated")
	set.StringArrayVar(&j.exemptions, "exemptions", nil, "`path` of a team's file with Exemptions, or of a directory with such files, in which no Configuration may stand; or configmap/NAMESPACE/NAME; may be repeated")
	set.StringVar(&j.preset, "preset", "", "`name` of the set of checks that a compliant pod must pass: "+strings.Join(policy.Presets(), ", ")+" (default \""+policy.DefaultPreset+"\", or what the configuration says)")
	set.StringSliceVar(&j.exemptNamespaces, "exempt-namespaces", configuration.SystemNamespaces(), "`namespaces`, separated by commas, whose pods are exempt from everything; * stands for any characters, and an empty value exempts none")
}

// policy reads the configuration, and returns the policy at this moment.
func (j *judging) policy(now time.Time) (policy.Policy, *configuration.Set, error) {
	if j.preset != "" {
		if _, err := policy.Preset(j.preset); err != nil {
			return policy.Policy{}, nil, fmt.Errorf("--preset: %w", err)
		}
	}
	builtIn, err := configuration.TakeOut(j.exemptNamespaces)
	if err != nil {
		return policy.Policy{}, nil, fmt.Errorf("--exempt-namespaces: %w", err)
	}
	files, paths, err := j.files(j.config, false)
	if err != nil {
		return policy.Policy{}, nil, fmt.Errorf("--config: %w", err)
	}
	teams, exemptions, err := j.files(j.exemptions, true)
	if err != nil {
		return policy.Policy{}, nil, fmt.Errorf("--exemptions: %w", err)
	}
	set, wrong := configuration.Read(now, configuration.Options{Exemptions: exemptions, Files: append(files, teams...)}, paths...)
	if len(wrong) > 0 {
		return policy.Policy{}, nil, fmt.Errorf("--config, --exemptions: nothing is judged by files that are not valid:\n%w", wrong)
	}
	p, err := set.Policy(j.preset, builtIn...)
	if err != nil {
		return policy.Policy{}, nil, err
	}
	p, _ = p.At(now)
	return p, set, nil
}

// tell says by what files are judged where that is not all said.
func (j *judging) tell(w io.Writer, set *configuration.Set) {
	j.tellPreset(w)
	if names := byLabels(set); len(names) > 0 {
		fmt.Fprintf(w, "Exemptions that select namespaces by their labels hold nowhere, because files do not show these: %s.\n", strings.Join(names, ", "))
	}
}

// tellPreset says by what is judged where nobody said it.
func (j *judging) tellPreset(w io.Writer) {
	if len(j.config)+len(j.exemptions) == 0 {
		fmt.Fprintf(w, "Judged by the preset %s, without a configuration: add --config to judge as the controller does.\n", cmp.Or(j.preset, policy.DefaultPreset))
	}
}

// byLabels returns the names of the exemptions that select namespaces by their labels.
func byLabels(set *configuration.Set) (names []string) {
	for _, e := range set.Exemptions() {
		if e.NamespaceSelector != nil {
			names = append(names, e.Name)
		}
	}
	return names
}
