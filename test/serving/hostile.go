package serving

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// hostile is a client that means harm, over one connection. It returns when it is
// cut off, has done all it can, or ctx is done.
type hostile func(ctx context.Context, conn net.Conn)

// attack has many clients, of so many addresses, do the same again and again until
// ctx is done, each with a second's rest, and returns when all have ended.
func attack(ctx context.Context, target string, plain bool, many, addresses int, does hostile) {
	var all sync.WaitGroup
	for i := range many {
		from := net.IPv4(127, 1, byte(i%addresses/250), byte(1+i%addresses%250))
		all.Go(func() {
			pause(ctx, time.Duration(i)*time.Second/time.Duration(many)) // not all in the same instant
			for ctx.Err() == nil {
				if conn, err := connect(ctx, from, target, plain); err == nil {
					stop := context.AfterFunc(ctx, func() { conn.Close() })
					does(ctx, conn)
					stop()
					conn.Close()
				}
				pause(ctx, time.Second)
			}
		})
	}
	all.Wait()
}

// connect opens a connection whose end here takes in little of what is not read.
func connect(ctx context.Context, from net.IP, target string, plain bool) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}).DialContext(ctx, "tcp", target)
	if err != nil {
		return nil, err
	}
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	if plain {
		return conn, nil
	}
	encrypted := tls.Client(conn, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // it does not matter to whom harm is done
	if err := encrypted.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return encrypted, nil
}

func pause(ctx context.Context, long time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(long):
	}
}

// request is a scrape as it goes over the wire, up to where the headers end.
func request(token string) string {
	return fmt.Sprintf("GET /metrics HTTP/1.1\r\nHost: podscore\r\nAuthorization: Bearer %s\r\n", token)
}

// scrapes asks with a token, as often as the connection lasts.
func scrapes(token string) hostile {
	return func(_ context.Context, conn net.Conn) {
		if _, err := io.WriteString(conn, request(token)+"Connection: close\r\n\r\n"); err == nil {
			_, _ = io.Copy(io.Discard, conn)
		}
	}
}

// neverReads asks with a token, and does not read the answer.
func neverReads(token string) hostile {
	return func(ctx context.Context, conn net.Conn) {
		if _, err := io.WriteString(conn, request(token)+"\r\n"); err == nil {
			pause(ctx, time.Hour)
		}
	}
}

// slowly sends the headers a byte at a time.
func slowly(ctx context.Context, conn net.Conn) {
	for _, b := range []byte(request("none")) {
		if _, err := conn.Write([]byte{b}); err != nil {
			return
		}
		pause(ctx, time.Second)
	}
}

// silent connects and says nothing.
func silent(_ context.Context, conn net.Conn) {
	_, _ = conn.Read(make([]byte, 1)) // until it is cut off
}

// endlessHeaders sends headers for as long as they are taken.
func endlessHeaders(_ context.Context, conn net.Conn) {
	line := make([]byte, 64<<10)
	for i := range line {
		line[i] = 'x'
	}
	_, err := io.WriteString(conn, request("none"))
	for i := 0; err == nil; i++ {
		_, err = fmt.Fprintf(conn, "X-%d: %s\r\n", i, line)
	}
}

// endlessBody sends, with a token, a body for as long as it is taken.
func endlessBody(token string) hostile {
	return func(_ context.Context, conn net.Conn) {
		_, err := io.WriteString(conn, request(token)+"Content-Length: 1000000000000\r\n\r\n")
		for junk := make([]byte, 64<<10); err == nil; {
			_, err = conn.Write(junk)
		}
	}
}
