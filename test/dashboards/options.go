package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/podscore/podscore/test/controlplane"
)

// options are what check and show work with. Paths are relative to the
// checkout's root until complete makes them absolute.
type options struct {
	podscore, prometheus, promtool string // binaries
	web, boards, out               string // folders: the page, the dashboards, their pictures
	say                            func(format string, values ...any)
}

// complete makes the paths absolute. It is an error that says what to do if
// something is not there; without a browser, none is needed.
func (o *options) complete(browser bool) error {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	for _, path := range []*string{&o.podscore, &o.prometheus, &o.promtool, &o.web, &o.boards, &o.out} {
		if !filepath.IsAbs(*path) {
			*path = filepath.Join(root, *path)
		}
	}
	_, err = controlplane.Assets()
	errs := []error{err}
	need := func(file, remedy string) {
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			errs = append(errs, fmt.Errorf("%q is no file: %s", file, remedy))
		}
	}
	need(o.podscore, "`make build` builds podscore")
	need(o.prometheus, "have PROMETHEUS name the program, as `make dashboards` does")
	need(o.promtool, "have PROMTOOL name the program, as `make dashboards` does")
	need(filepath.Join(o.web, "dist", "index.html"), "`make dashboards-page` builds the page")
	if browser {
		need(filepath.Join(o.web, "node_modules", "playwright-core", "package.json"), "`make dashboards-page` installs it")
		need(chromium(), "install Debian's chromium, or have CHROMIUM name another")
		if _, err := exec.LookPath("node"); err != nil {
			errs = append(errs, fmt.Errorf("%w: install Node.js 20 or later", err))
		}
	}
	return errors.Join(errs...)
}
