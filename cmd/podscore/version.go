package main

import (
	"fmt"
	"runtime"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/metrics"
	"github.com/podscore/podscore/securitycontext"
)

// Set by the linker, see the Makefile.
var (
	version  = "devel"
	revision = "unknown"
)

// build returns the output of --version.
func build() string {
	return fmt.Sprintf("podscore %s (revision %s, %s %s/%s)", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// info returns what the metrics expose about this binary, its shard and the control.
func info(shard controllers.Shard) metrics.Info {
	controls := map[string]string{}
	for _, control := range securitycontext.Controls() {
		controls[control.Benchmark] = control.Number
	}
	return metrics.Info{
		Version: version, Revision: revision, GoVersion: runtime.Version(),
		Shard: shard.Index, Shards: shard.Count, Controls: controls,
	}
}
