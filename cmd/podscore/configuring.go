package main

import "github.com/spf13/pflag"

// configuring has the flag for the files with the configuration and the exemptions.
type configuring struct {
	paths []string
}

// AddFlags implements group.
func (c *configuring) AddFlags(set *pflag.FlagSet) {
	set.StringArrayVar(&c.paths, "config", nil, "`path` of a file with the configuration or with exemptions, or of a directory with such files, *.yaml and *.yml; may be given several times. What changes there is taken in without a restart")
}

// Validate implements group.
func (c *configuring) Validate() error { return nil }
