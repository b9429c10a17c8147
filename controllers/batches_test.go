package controllers

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// over returns a batchedConn with a buffer of 8 bytes, and the other end of the connection.
func over(t *testing.T) (*batchedConn, net.Conn) {
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	return &batchedConn{Conn: ours, pause: readPause, buffer: make([]byte, 8)}, theirs
}

// TestReadInBatches measures the pauses with synctest's clock, which moves on only while
// all goroutines wait.
func TestReadInBatches(t *testing.T) {
	for name, c := range map[string]struct {
		sent []string
		took time.Duration // until the last was read
	}{
		"the first is read at once":             {sent: []string{"a"}, took: 0},
		"the second waits for the pause":        {sent: []string{"a", "b"}, took: readPause},
		"after a full buffer there is no pause": {sent: []string{"12345678", "12345678", "a"}, took: 0},
		"nor where the buffer is nearly full":   {sent: []string{"1234567", "1234567", "a"}, took: 0},
		"what is little ends that":              {sent: []string{"12345678", "a", "b"}, took: readPause},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, server := over(t)
				go func() {
					for _, text := range c.sent {
						_, _ = server.Write([]byte(text))
					}
				}()
				began := time.Now()
				for _, want := range c.sent {
					got := make([]byte, len(want))
					if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
						t.Fatalf("read %q, %v; want %q", got, err, want)
					}
				}
				if took := time.Since(began); took != c.took {
					t.Errorf("took %s, want %s", took, c.took)
				}
			})
		})
	}
}

// TestReadInBatchesLosesNothing reads in pieces of other sizes than were written.
func TestReadInBatchesLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, server := over(t)
		random := rand.New(rand.NewPCG(1, 2))
		sent := make([]byte, 10_000)
		for i := range sent {
			sent[i] = byte(random.Uint32())
		}
		go func() {
			for rest := sent; len(rest) > 0; {
				n := min(1+rand.IntN(20), len(rest))
				_, _ = server.Write(rest[:n])
				rest = rest[n:]
			}
			server.Close()
		}()
		var got bytes.Buffer
		for {
			piece := make([]byte, 1+random.IntN(20))
			n, err := conn.Read(piece)
			got.Write(piece[:n])
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(got.Bytes(), sent) {
			t.Errorf("read %d bytes that are not the %d sent", got.Len(), len(sent))
		}
	})
}
