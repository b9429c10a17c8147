package chaos

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"sync"
	"time"
)

// gate is a listener that can be closed and opened again at the same address, and that
// can end the connections that it has accepted.
type gate struct {
	address net.Addr

	mu          sync.Mutex
	changed     *sync.Cond
	listener    net.Listener // nil while it is closed
	gone        bool         // Close was called
	connections map[net.Conn]struct{}
}

func newGate() (*gate, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &gate{address: listener.Addr(), listener: listener, connections: map[net.Conn]struct{}{}}
	g.changed = sync.NewCond(&g.mu)
	return g, nil
}

// open opens the gate, or closes it and ends every connection.
func (g *gate) open(open bool) (err error) {
	g.mu.Lock()
	switch {
	case open && g.listener == nil:
		g.listener, err = net.Listen("tcp", g.address.String())
		g.changed.Broadcast()
	case !open && g.listener != nil:
		err = g.listener.Close()
		g.listener = nil
	}
	g.mu.Unlock()
	if !open {
		g.cut()
	}
	return err
}

// cut ends every connection.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for connection := range g.connections {
		reset(connection)
	}
	clear(g.connections)
}

// Accept implements net.Listener.
func (g *gate) Accept() (net.Conn, error) {
	for {
		g.mu.Lock()
		for g.listener == nil && !g.gone {
			g.changed.Wait()
		}
		listener, gone := g.listener, g.gone
		g.mu.Unlock()
		if gone {
			return nil, net.ErrClosed
		}
		connection, err := listener.Accept()
		g.mu.Lock()
		switch {
		case err == nil && g.listener == listener:
			g.connections[connection] = struct{}{}
			g.mu.Unlock()
			return connection, nil
		case err == nil: // closed meanwhile
			reset(connection)
		case g.listener == listener:
			g.mu.Unlock()
			return nil, err
		}
		g.mu.Unlock()
	}
}

// Close implements net.Listener.
func (g *gate) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gone = true
	g.changed.Broadcast()
	if g.listener == nil {
		return nil
	}
	return g.listener.Close()
}

// Addr implements net.Listener.
func (g *gate) Addr() net.Addr { return g.address }

type connectionKey struct{}

// withConnection puts the connection of a request into its context.
func withConnection(ctx context.Context, connection net.Conn) context.Context {
	if encrypted, ok := connection.(*tls.Conn); ok {
		connection = encrypted.NetConn()
	}
	return context.WithValue(ctx, connectionKey{}, connection)
}

func connectionOf(r *http.Request) net.Conn { return r.Context().Value(connectionKey{}).(net.Conn) }

// silent discards what http.Server logs about broken connections.
var silent = log.New(io.Discard, "", 0)

// newCertificate returns a self-signed certificate for 127.0.0.1, and the same in PEM.
func newCertificate() (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, text, nil
}
