package serving

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/podscore/podscore/test/harness"
)

// BenchmarkWithoutARight measures what one client costs that asks as fast as it
// is answered, over 16 connections, each opened again as soon as it is cut.
func BenchmarkWithoutARight(b *testing.B) {
	for _, c := range []struct {
		name, request string
		probes        bool
	}{
		{"no-token", request("") + "\r\n", false},
		{"wrong-token", request("wrong") + "\r\n", false},
		{"no-page", "GET / HTTP/1.1\r\nHost: podscore\r\n\r\n", false},
		{"probes", "GET /healthz HTTP/1.1\r\nHost: podscore\r\n\r\n", true},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := start(b)
			url := p.MetricsURL
			if c.probes {
				url = p.ProbesURL
			}
			_, target, _ := strings.Cut(url, "://")
			ctx, cancel := context.WithCancel(b.Context())
			var clients sync.WaitGroup
			var answers [16]int
			for i := range answers {
				clients.Go(func() { answers[i] = asksOn(ctx, net.IPv4(127, 0, 1, 1), target, c.probes, c.request) })
			}
			pause(ctx, 2*time.Second) // until it is as it stays
			began, before := time.Now(), harness.CPU(b, p)
			for b.Loop() {
				pause(ctx, time.Second)
			}
			took := time.Since(began)
			b.ReportMetric(100*float64(harness.CPU(b, p)-before)/float64(took), "%core")
			cancel()
			clients.Wait()
			sum := 0
			for _, many := range answers {
				sum += many
			}
			b.ReportMetric(float64(sum)/(took+2*time.Second).Seconds(), "answers/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// asksOn asks again and again until ctx is done, and returns how often it was answered.
func asksOn(ctx context.Context, from net.IP, target string, plain bool, request string) (answers int) {
	buffer := make([]byte, 4<<10)
	for ctx.Err() == nil {
		conn, err := connect(ctx, from, target, plain)
		if err != nil {
			continue
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		for {
			if _, err := conn.Write([]byte(request)); err != nil {
				break
			}
			if _, err := conn.Read(buffer); err != nil {
				break
			}
			answers++
		}
		stop()
		conn.Close()
	}
	return answers
}
