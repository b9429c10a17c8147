package harness

import (
	"context"
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/podscore/podscore/test/process"
)

// StartPodscore starts podscore with a kubeconfig, and does not wait until it is ready.
// After the test it stops podscore, which must exit with status 0 unless the test has
// killed it. If the test has failed, it prints the beginning and the end of podscore's log.
func StartPodscore(t testing.TB, binary, kubeconfig string, flags ...string) *process.Podscore {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := process.StartPodscore(ctx, binary, kubeconfig, filepath.Join(t.TempDir(), "podscore.log"), flags...)
	must(t, err)
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
		if status := p.ExitStatus(); status != 0 && !p.Killed() {
			t.Errorf("after SIGTERM podscore ends with status %d, want 0", status)
		}
		if log, _ := os.ReadFile(p.Log); t.Failed() {
			const most = 8000
			t.Logf("podscore's log begins:\n%.8000s", log)
			if rest := log[min(len(log), most):]; len(rest) > 0 {
				t.Logf("and ends:\n%s", rest[max(0, len(rest)-most):])
			}
		}
	})
	return p
}

// Ready waits until podscore is ready, and returns how long that took. The test fails if
// it takes longer than within.
func Ready(t testing.TB, p *process.Podscore, within time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	must(t, p.Ready(ctx))
	return time.Since(began)
}

// CPU returns the processor time that podscore has taken so far.
func CPU(t testing.TB, p *process.Podscore) time.Duration {
	t.Helper()
	used, err := p.CPU()
	must(t, err)
	return used
}

// PeakMemory returns the peak of podscore's resident memory, in MiB.
func PeakMemory(t testing.TB, p *process.Podscore) int {
	t.Helper()
	peak, err := p.Memory(process.PeakResident)
	must(t, err)
	return int(peak >> 20)
}

// Get sends a GET request on a new connection, with a bearer token unless it is "". It
// returns the status and the body of the response. It does not verify the certificate,
// because podscore's is self-signed.
func Get(ctx context.Context, url, token string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return process.Do(&http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}}, request)
}
