// Command dashboards shows that every Grafana dashboard that ships works: on a
// real Prometheus that scrapes a real podscore on a real API server, with months
// of history behind it, every query has results, and a browser draws every
// panel with Grafana's own components. It takes the pictures of docs/images.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/podscore/podscore/test/process"
)

func main() {
	var o options
	flag.StringVar(&o.podscore, "podscore", ".bin/podscore", "the podscore `binary` to run")
	flag.StringVar(&o.prometheus, "prometheus", os.Getenv("PROMETHEUS"), "the Prometheus `binary` to run")
	flag.StringVar(&o.promtool, "promtool", os.Getenv("PROMTOOL"), "the promtool `binary` to make history with")
	flag.StringVar(&o.web, "web", "test/dashboards/web", "the `folder` of the page, where it is built")
	flag.StringVar(&o.boards, "dashboards", "charts/podscore/dashboards", "the `folder` of the dashboards")
	flag.StringVar(&o.out, "out", "docs/images", "the `folder` that the pictures go to")
	serve := flag.Bool("serve", false, "serve the dashboards until Ctrl-C, instead of looking at them and ending")
	flag.Parse()

	started := time.Now()
	o.say = func(format string, values ...any) {
		fmt.Printf("==> %s (%.0f s)\n", fmt.Sprintf(format, values...), time.Since(started).Seconds())
	}
	do := check
	if *serve {
		do = show
	}
	process.Main("dashboards", func(ctx context.Context) error { return do(ctx, o) })
}
