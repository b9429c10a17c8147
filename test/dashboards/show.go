package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"

	"github.com/podscore/podscore/test/dashboards/page"
)

// show serves the dashboards until the context ends.
func show(ctx context.Context, o options) (err error) {
	if err := o.complete(false); err != nil {
		return err
	}
	l, err := startLive(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.stop()) }()
	site, err := serve(o, l.prometheus.URL)
	if err != nil {
		return err
	}
	defer site.Close()
	o.say("The dashboards are at %s, Prometheus is at %s; Ctrl-C stops everything", site.url, l.prometheus.URL)
	<-ctx.Done()
	return nil
}

// site is the page with the dashboards that ship, on 127.0.0.1.
type site struct {
	http.Server
	url string
}

// serve serves them on the data of the Prometheus at a URL.
func serve(o options, prometheus string) (*site, error) {
	handler, err := page.Handler(filepath.Join(o.web, "dist"), o.boards, prometheus)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &site{Server: http.Server{Handler: handler}, url: "http://" + listener.Addr().String()}
	//nolint:errcheck // it ends by Close
	go s.Serve(listener)
	return s, nil
}

// address is where a dashboard is, in a theme. That of one namespace needs one.
func (s *site) address(d page.Dashboard, theme string) string {
	address := s.url + "/d/" + d.UID + "?theme=" + theme
	if d.UID == "podscore-namespace" {
		address += "&var-namespace=" + chosen["namespace"]
	}
	return address
}
