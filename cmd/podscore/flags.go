package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/podscore/podscore/serving"
)

// flags has the values of all flags, by group.
type flags struct {
	apiServer   apiServer
	scoring     scoring
	configuring configuring
	sharding    sharding
	electing    electing
	timing      timing
	serving     serving.Options
	logging     logging
	version     bool
}

// group is a group of flags.
type group interface {
	// AddFlags declares the flags.
	AddFlags(set *pflag.FlagSet)
	// Validate is called after parsing. It returns an error that names the wrong flag and
	// the remedy; nil if all are right. It may also derive values from the flags.
	Validate() error
}

// groups lists the groups of flags, in the order in which they are documented.
func (f *flags) groups() []group {
	return []group{&f.apiServer, &f.scoring, &f.configuring, &f.sharding, &f.electing, &f.timing, &f.serving, &f.logging}
}

// flagSet returns a set with all flags declared. The table in docs/operating.md is generated
// from it.
func (f *flags) flagSet() *pflag.FlagSet {
	set := pflag.NewFlagSet("podscore", pflag.ContinueOnError)
	set.SortFlags = false
	for _, group := range f.groups() {
		group.AddFlags(set)
	}
	set.BoolVar(&f.version, "version", false, "print the version and exit")
	return set
}

// Validate validates every group, and the flags of different groups that exclude each other.
func (f *flags) Validate() error {
	for _, group := range f.groups() {
		if err := group.Validate(); err != nil {
			return err
		}
	}
	if f.sharding.count > 1 && len(f.scoring.namespaces) > 0 {
		return errors.New("--shards and --namespaces exclude each other: give every podscore namespaces of its own instead")
	}
	return nil
}

// parseFlags parses and validates the command line. Its errors name the flag, what is wrong
// with its value, and what would be right. For --help it prints the usage to stdout and
// returns pflag.ErrHelp.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	f := &flags{}
	set := f.flagSet()
	set.Usage = func() {
		fmt.Fprintf(stdout, "podscore scores pods against CIS Kubernetes Benchmark 5.6.3 and exposes the result per namespace as Prometheus metrics.\n\nUsage:\n  podscore [flags]\n  podscore --check-config PATH... [--exemptions PATH]\n\nFlags:\n%s", set.FlagUsagesWrapped(100))
	}
	if err := set.Parse(args); err != nil {
		return nil, inOwnWords(err)
	}
	f.configuring.named = set.Args()
	return f, f.Validate()
}

// inOwnWords says what is wrong with a list where pflag has the words of a parser of CSV.
func inOwnWords(err error) error {
	var invalid *pflag.InvalidValueError
	if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) && errors.As(err, &invalid) {
		return fmt.Errorf("--%s: a quotation mark in %q: give names, separated by commas", invalid.GetFlag().Name, invalid.GetValue())
	}
	return err
}

// oneOf returns an error unless the value is a known one.
func oneOf(flag, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("%s: unknown value %q: use one of %s", flag, value, strings.Join(known, ", "))
}
