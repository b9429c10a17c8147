package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/podscore/podscore/configuration"
)

// configuring has the flags for the configuration files.
type configuring struct {
	paths []string
	check bool     // only validate
	named []string // the paths behind --check-config
}

// AddFlags implements group.
func (c *configuring) AddFlags(set *pflag.FlagSet) {
	set.StringArrayVar(&c.paths, "config", nil, "`path` of a file with a Configuration or Exemptions, or of a directory with such files; may be repeated. What changes in them is taken in within 5 seconds")
	set.BoolVar(&c.check, "check-config", false, "validate the files and directories that are named behind the flags, say what each exemption covers, and exit: 0 if all is valid, else 2")
}

// Validate implements group.
func (c *configuring) Validate() error {
	for _, path := range c.paths {
		if path == "" {
			return errors.New("--config: the path is empty: leave the flag out to have no configuration")
		}
	}
	switch {
	case c.check && len(c.named) == 0:
		return errors.New("--check-config: name files or directories behind it, such as podscore --check-config configuration.yaml teams/")
	case !c.check && len(c.named) > 0:
		return fmt.Errorf("unexpected argument %q: podscore takes flags only, such as --metrics-secure=false, and paths behind --check-config", c.named[0])
	}
	return nil
}

// checkConfig validates the files that are named behind --check-config, and returns the
// exit status. It asks no API server.
func (f *flags) checkConfig(stdout, stderr io.Writer) int {
	now := time.Now()
	set, wrong := configuration.Read(now, f.readOptions(), f.configuring.named...)
	if len(wrong) > 0 {
		fmt.Fprintln(stderr, wrong)
		fmt.Fprintf(stderr, "podscore: not valid: %s\n", strings.Join(wrong.Files(), ", "))
		return 2
	}
	configuration.Describe(stdout, set, now, f.counting())
	return 0
}

// readOptions returns what the files are read for. With --namespaces no labels of
// namespaces are watched.
func (f *flags) readOptions() configuration.Options {
	return configuration.Options{LabelsUnknown: len(f.scoring.namespaces) > 0}
}

// counting returns the flags of which verdicts and series depend, as they go into the
// hash of the configuration. Those that are left to the files are not among them.
func (f *flags) counting() map[string]string {
	counting := map[string]string{"exempt-namespaces": strings.Join(f.scoring.exemptNamespaces, ",")}
	if f.scoring.given("preset") {
		counting["preset"] = f.scoring.preset
	}
	if f.scoring.given("workload-series-limit") {
		counting["workload-series-limit"] = strconv.Itoa(f.scoring.workloadSeriesLimit)
	}
	return counting
}
