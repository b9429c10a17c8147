package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/podscore/podscore/controllers"
)

// sharding has the flags for several podscores that share a cluster.
type sharding struct {
	count int
	name  string
	shard controllers.Shard // set by Validate
}

// AddFlags implements group.
func (s *sharding) AddFlags(set *pflag.FlagSet) {
	set.IntVar(&s.count, "shards", 1, "`number` of podscores that share the cluster's namespaces")
	set.StringVar(&s.name, "shard", "", "`number` of this shard, from 0, which --shards above 1 needs; or \"ordinal\" for the number at the end of the pod's name, as a StatefulSet gives it, read from POD_NAME or else from the host's name")
}

// Validate implements group. It also sets the shard.
func (s *sharding) Validate() error {
	if s.count < 1 || s.count > controllers.MaxShards {
		return fmt.Errorf("--shards: %d is not between 1 and %d", s.count, controllers.MaxShards)
	}
	number, from := s.name, ""
	switch {
	case s.name == "" && s.count > 1:
		return fmt.Errorf("--shard: which of the %d shards this is, is not said: give a number from 0 to %d, another to each podscore, or \"ordinal\" in a StatefulSet", s.count, s.count-1)
	case s.name == "":
		number = "0"
	case s.name == "ordinal":
		name := os.Getenv("POD_NAME")
		if name == "" {
			name, _ = os.Hostname()
		}
		number, from = name[strings.LastIndex(name, "-")+1:], fmt.Sprintf(" (the pod's name is %q)", name)
	}
	index, err := strconv.Atoi(number)
	switch {
	case err != nil && from != "":
		return fmt.Errorf("--shard=ordinal: no number at the end%s: run podscore in a StatefulSet, set POD_NAME, or give --shard a number", from)
	case err != nil:
		return fmt.Errorf("--shard: %q is neither a number nor \"ordinal\"", number)
	case index < 0 || index >= s.count:
		return fmt.Errorf("--shard: %d%s is not between 0 and %d, which --shards=%d allows", index, from, s.count-1, s.count)
	}
	s.shard = controllers.Shard{Index: index, Count: s.count}
	return nil
}
