package controllers

import (
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"
)

// TestADialIsGivenUp: an attempt to connect to a server that does not respond ends long
// before client-go's own timeout of 30 seconds.
func TestADialIsGivenUp(t *testing.T) {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(socket)
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(socket, 0); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprint("127.0.0.1:", bound.(*syscall.SockaddrInet4).Port)
	for { // until the queue of connections to accept is full: then the kernel drops new ones
		conn, err := net.DialTimeout("tcp", address, 300*time.Millisecond)
		if err != nil {
			break
		}
		defer conn.Close()
	}
	began := time.Now()
	if conn, err := DialInBatches(t.Context(), "tcp", address); err == nil {
		conn.Close()
		t.Fatal("somebody answered")
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("the attempt was given up after %s", took)
	}
}
