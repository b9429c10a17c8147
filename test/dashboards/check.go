package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/podscore/podscore/test/dashboards/page"
)

// check requires that every dashboard works, and takes their pictures.
func check(ctx context.Context, o options) (err error) {
	if err := o.complete(true); err != nil {
		return err
	}
	boards, err := page.List(o.boards)
	if err != nil {
		return err
	}
	l, err := startLive(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.stop()) }()
	return errors.Join(
		onLiveData(ctx, o, l, boards),
		onNoData(ctx, o, l.dir(), boards),
		onManyNamespaces(ctx, o, l.dir(), boards),
	)
}

// onLiveData looks at the dashboards on what podscore says, with history.
func onLiveData(ctx context.Context, o options, l *live, boards []page.Dashboard) error {
	var errs []error
	for _, d := range boards {
		queries, err := queriesHaveResults(ctx, l.prometheus.API, d)
		errs = append(errs, err)
		if err == nil {
			o.say("%s: all %d queries have results", d.Title, queries)
		}
	}
	site, err := serve(o, l.prometheus.URL)
	if err != nil {
		return err
	}
	defer site.Close()
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	var looks []look
	for _, d := range boards {
		picture := strings.TrimSuffix(filepath.Base(d.File), ".json") + ".png"
		looks = append(looks,
			look{URL: site.address(d, "dark"), Width: 1600, Picture: filepath.Join(o.out, picture)},
			look{URL: site.address(d, "light"), Width: 1200})
	}
	o.say("Looking at them in Chromium, dark and light")
	pages, err := browse(ctx, o, l.dir(), looks)
	if err != nil {
		return err
	}
	for i, seen := range pages {
		d := boards[i/2]
		errs = append(errs, seen.problems(func(p seenPanel) bool {
			return p.State == "data" || p.State == "empty" && mayBeEmpty(d.UID, p.Title, "")
		}), seen.deadLinks(boards))
	}
	return errors.Join(append(errs, areSmall(looks))...)
}

// problems returns an error with a line for whatever is not as it should be.
func (s seen) problems(right func(seenPanel) bool) error {
	var errs []error
	wrong := func(format string, values ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", s.URL, fmt.Sprintf(format, values...)))
	}
	if s.State != "ready" {
		wrong("the dashboard is not shown: %s", s.Error)
	}
	if len(s.Panels) == 0 {
		wrong("there are no panels")
	}
	for _, p := range s.Panels {
		switch {
		case !right(p):
			wrong("panel %q shows %s %s", p.Title, p.State, p.Error)
		case !p.Drawn:
			wrong("panel %q has %s, and draws nothing", p.Title, p.State)
		}
	}
	for _, complaint := range s.Complaints {
		wrong("the browser says: %s", complaint)
	}
	return errors.Join(errs...)
}

// deadLinks returns an error if a link leads to a dashboard that is not there.
func (s seen) deadLinks(boards []page.Dashboard) error {
	var errs []error
links:
	for _, link := range s.Links {
		for _, d := range boards {
			if link == "/d/"+d.UID {
				continue links
			}
		}
		errs = append(errs, fmt.Errorf("%s: there is no dashboard behind the link %s", s.URL, link))
	}
	return errors.Join(errs...)
}

// areSmall requires that the pictures are not too large for a repository.
func areSmall(looks []look) error {
	var errs []error
	for _, l := range looks {
		if l.Picture == "" {
			continue
		}
		const most = 500 << 10
		if info, err := os.Stat(l.Picture); err != nil || info.Size() > most {
			errs = append(errs, fmt.Errorf("%s is larger than %d bytes, or not there: %w", l.Picture, most, err))
		}
	}
	return errors.Join(errs...)
}
