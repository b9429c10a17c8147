package main

import (
	"flag"
	"testing"

	"github.com/spf13/pflag"

	"github.com/podscore/podscore/test/docs"
)

var _ = flag.Bool("update", false, "write the generated docs instead of comparing with them")

func TestTwinDocs(t *testing.T) {
	var rows [][]string
	(&flags{}).flagSet().VisitAll(func(f *pflag.Flag) {
		value, usage := pflag.UnquoteUsage(f)
		name := "`--" + f.Name
		if value != "" {
			name += "=" + value
		}
		byDefault := "none"
		if f.DefValue != "" {
			byDefault = "`" + f.DefValue + "`"
		}
		rows = append(rows, []string{name + "`", byDefault, usage})
	})
	docs.Section(t, "docs/operating.md", "flags", docs.Table([]string{"flag", "default", "says"}, rows))
}
