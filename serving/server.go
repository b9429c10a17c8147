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

// server describes one of podscore's HTTP servers, which does not listen yet.
type server struct {
	name, flag, address string
	handler             http.Handler
	tls                 *tls.Config // nil for plain HTTP
	limits              limits
	timeouts            timeouts
	maxHeaders          int // in bytes
}

// timeouts bound how long a client may take.
type timeouts struct {
	headers time.Duration // for the TLS handshake, and then for the headers of a request
	request time.Duration // for a whole request, and for the response to it
	idle    time.Duration // between two requests on a connection; 0 is without keep-alive
}

// listen listens on the server's address, and returns a runnable for a manager.
func (s server) listen(log logr.Logger) (*manager.Server, error) {
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: choose an address that is free and this machine's", s.flag, err)
	}
	log.Info("Serving", "server", s.name, "address", listener.Addr().String(), "tls", s.tls != nil)
	listener = limit(listener, s.limits)
	if s.tls != nil {
		listener = tls.NewListener(listener, s.tls)
	}
	httpServer := &http.Server{
		Handler:           s.handler,
		TLSConfig:         s.tls,
		ConnContext:       withConnection,
		ReadHeaderTimeout: s.timeouts.headers,
		ReadTimeout:       s.timeouts.request,
		WriteTimeout:      s.timeouts.request,
		IdleTimeout:       s.timeouts.idle,
		MaxHeaderBytes:    s.maxHeaders,
		Protocols:         new(http.Protocols),
		ErrorLog:          stdlog.New(errorLog{log.WithValues("server", s.name)}, "", 0),
	}
	httpServer.Protocols.SetHTTP1(true) // and not HTTP/2: a connection has one request at a time
	httpServer.SetKeepAlivesEnabled(s.timeouts.idle > 0)
	return &manager.Server{Name: s.name, Listener: listener, Server: httpServer, ShutdownTimeout: new(5 * time.Second)}, nil
}

// errorLog receives the errors that net/http logs. Most say that a client broke the
// protocol or closed the connection, and are logged at level 1.
type errorLog struct{ log logr.Logger }

// Write implements io.Writer.
func (l errorLog) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	if strings.Contains(text, "panic serving") {
		l.log.Error(nil, "A request caused a panic: please report it", "reason", text)
	} else {
		l.log.V(1).Info("A connection failed", "reason", text)
	}
	return len(line), nil
}
