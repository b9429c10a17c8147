package serving

import (
	"crypto/tls"
	"fmt"
	stdlog "log"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// server is one of podscore's, before it listens.
type server struct {
	name, flag, address string
	handler             http.Handler
	tls                 *tls.Config // nil for plain HTTP
	terms               terms
	times               times
	headers             int // bytes of them that are read
}

// times are how long a client has.
type times struct {
	ask   time.Duration // until its headers, and before them its handshake, are there
	whole time.Duration // until its answer is read
	idle  time.Duration // until it asks again; 0 is not at all
}

// listen takes the server's address and returns what a manager runs.
func (s server) listen(log logr.Logger) (*manager.Server, error) {
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: choose an address that is free and this machine's", s.flag, err)
	}
	log.Info("Serving", "server", s.name, "address", listener.Addr().String(), "tls", s.tls != nil)
	listener = limit(listener, s.terms)
	if s.tls != nil {
		listener = tls.NewListener(listener, s.tls)
	}
	serves := &http.Server{
		Handler:           s.handler,
		TLSConfig:         s.tls,
		ConnContext:       withConnection,
		ReadHeaderTimeout: s.times.ask,
		ReadTimeout:       s.times.whole,
		WriteTimeout:      s.times.whole,
		IdleTimeout:       s.times.idle,
		MaxHeaderBytes:    s.headers,
		Protocols:         new(http.Protocols),
		ErrorLog:          stdlog.New(complaints{log.WithValues("server", s.name)}, "", 0),
	}
	serves.Protocols.SetHTTP1(true) // alone: one connection asks for one thing at a time
	serves.SetKeepAlivesEnabled(s.times.idle > 0)
	return &manager.Server{Name: s.name, Listener: listener, Server: serves, ShutdownTimeout: new(5 * time.Second)}, nil
}

// complaints logs what net/http has to say: of most, that a client broke the
// rules or went away.
type complaints struct{ log logr.Logger }

// Write implements io.Writer.
func (c complaints) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	if strings.Contains(text, "panic serving") {
		c.log.Error(nil, "A request made podscore panic; please report it", "reason", text)
	} else {
		c.log.V(1).Info("A connection failed", "reason", text)
	}
	return len(line), nil
}
