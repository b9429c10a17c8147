package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/podscore/podscore/configuration"
)

// configuring has the flags for the configuration files.
type configuring struct {
	paths      []string
	exemptions []string // paths of teams' files
	check      bool     // only validate
	named      []string // the paths behind --check-config
}

// AddFlags implements group.
func (c *configuring) AddFlags(set *pflag.FlagSet) {
	set.StringArrayVar(&c.paths, "config", nil, "`path` of a file with the Configuration or Exemptions, or of a directory with such files, for whoever administers podscore; may be repeated. podscore does not start while one is bad that may have the Configuration. What changes is taken in within 5 seconds")
	set.StringArrayVar(&c.exemptions, "exemptions", nil, "`path` of a team's file with Exemptions, or of a directory with such files, in which no Configuration may stand; may be repeated. One that is bad never keeps podscore from starting. What changes is taken in within 5 seconds")
	set.BoolVar(&c.check, "check-config", false, "validate the files and directories that are named behind the flags, as --config does, and those of --config and --exemptions; say what each exemption covers, and exit: 0 if all is valid, else 2")
}

// Validate implements group.
func (c *configuring) Validate() error {
	switch {
	case slices.Contains(c.paths, ""):
		return errors.New("--config: the path is empty: leave the flag out to have no configuration")
	case slices.Contains(c.exemptions, ""):
		return errors.New("--exemptions: the path is empty: leave the flag out if no team has exemptions")
	case c.check && len(c.named) == 0 && !c.files():
		return errors.New("--check-config: name files or directories behind it, such as podscore --check-config configuration.yaml --exemptions teams/")
	case !c.check && len(c.named) > 0:
		return fmt.Errorf("unexpected argument %q: podscore takes flags only, such as --metrics-secure=false, and paths behind --check-config", c.named[0])
	}
	return nil
}

// files reports whether flags name files.
func (c *configuring) files() bool { return len(c.paths)+len(c.exemptions) > 0 }

// checkConfig validates the files that are named behind --check-config, and those of the
// other flags, and returns the exit status. It asks no API server.
func (f *flags) checkConfig(stdout, stderr io.Writer) int {
	now := time.Now()
	set, wrong := configuration.Read(now, f.readOptions(), slices.Concat(f.configuring.paths, f.configuring.named)...)
	if len(wrong) > 0 {
		return tellWrong(wrong, stderr)
	}
	configuration.Describe(stdout, set, now, f.counting())
	return 0
}

// tellWrong says what is wrong with files, and returns the exit status.
func tellWrong(wrong configuration.Errors, stderr io.Writer) int {
	fmt.Fprintf(stderr, "%v\npodscore: not valid: %s\n", wrong, strings.Join(wrong.Files(), ", "))
	return 2
}

// readOptions returns what the files are read for. With --namespaces no labels of
// namespaces are watched.
func (f *flags) readOptions() configuration.Options {
	return configuration.Options{Exemptions: f.configuring.exemptions, LabelsUnknown: len(f.scoring.namespaces) > 0}
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
