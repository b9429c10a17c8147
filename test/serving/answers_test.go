package serving

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestOneAnswerWithoutAToken: who has shown no right token gets one answer on a
// connection, whatever it asks for and however much at once; who has, keeps it.
func TestOneAnswerWithoutAToken(t *testing.T) {
	p := start(t)
	_, metrics, _ := strings.Cut(p.MetricsURL, "://")
	_, probes, _ := strings.Cut(p.ProbesURL, "://")
	given := token(t, "scraper")
	for _, c := range []struct {
		target, request string
		plain           bool
		answers         int
	}{
		{metrics, request(""), false, 1},
		{metrics, request("wrong"), false, 1},
		{metrics, request(token(t, "stranger")), false, 1},
		{metrics, "GET / HTTP/1.1\r\nHost: podscore\r\n", false, 1},
		{metrics, "GET /none HTTP/1.1\r\nHost: podscore\r\n", false, 1},
		{metrics, "POST /metrics HTTP/1.1\r\nHost: podscore\r\n", false, 1},
		{metrics, request(given), false, 5},
		{probes, "GET /healthz HTTP/1.1\r\nHost: podscore\r\n", true, 1},
		{probes, "GET /none HTTP/1.1\r\nHost: podscore\r\n", true, 1},
	} {
		conn, err := connect(t.Context(), net.IPv4(127, 0, 0, 1), c.target, c.plain)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		send(t, conn, strings.Repeat(c.request+"\r\n", 4)+c.request+"Connection: close\r\n\r\n")
		many := 0
		for reader := bufio.NewReader(conn); ; many++ {
			response, err := http.ReadResponse(reader, nil)
			if err != nil {
				break
			}
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
		if many != c.answers {
			t.Errorf("%.60q five times at once gets %d answers, want %d", c.request, many, c.answers)
		}
	}
}
