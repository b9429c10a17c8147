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
	tls                 *tls.Config   // nil for plain HTTP
	time                time.Duration // that a request may take, its answer read
}

// listen takes the server's address and returns what a manager runs.
func (s server) listen(log logr.Logger) (*manager.Server, error) {
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: choose an address that is free and this machine's", s.flag, err)
	}
	log.Info("Serving", "server", s.name, "address", listener.Addr().String(), "tls", s.tls != nil)
	listener = limit(listener, connectionsAtOnce)
	if s.tls != nil {
		listener = tls.NewListener(listener, s.tls)
	}
	return &manager.Server{
		Name:     s.name,
		Listener: listener,
		Server: &http.Server{
			Handler:           s.handler,
			TLSConfig:         s.tls,
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       s.time,
			WriteTimeout:      s.time,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    headerBytes,
			HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: scrapesAtOnce},
			ErrorLog:          stdlog.New(complaints{log.WithValues("server", s.name)}, "", 0),
		},
		ShutdownTimeout: new(5 * time.Second),
	}, nil
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
