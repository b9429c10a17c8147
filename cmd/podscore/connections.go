package main

import (
	"context"
	"net"
	"time"

	"k8s.io/client-go/rest"
)

// dial opens a connection, as rest.Config has it.
type dial func(ctx context.Context, network, address string) (net.Conn, error)

// dialAlone dials as client-go does of itself.
var dialAlone dial = (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext

// connection returns a copy of a config whose clients have a connection of their
// own, so that no request waits for those of others. client-go hands the same
// transport to all configs that are alike, and takes none for alike that has a dial
// function. It reads certificates and tokens that change anew all the same.
func connection(config *rest.Config, by dial) *rest.Config {
	own := rest.CopyConfig(config)
	own.Dial = by
	return own
}
