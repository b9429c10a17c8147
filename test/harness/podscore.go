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

// StartPodscore starts a podscore with a kubeconfig, and does not wait until it is
// ready. It must end cleanly after the test, unless that kills it. Where the test
// has failed, its log is printed, but for the middle.
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

// Ready waits until podscore is ready, and returns how long that took.
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

// PeakMemory returns the most memory that podscore has taken, in MiB.
func PeakMemory(t testing.TB, p *process.Podscore) int {
	t.Helper()
	peak, err := p.Memory(process.PeakResident)
	must(t, err)
	return int(peak >> 20)
}

// Get returns the status and the body of a page that is asked for with a token, if
// there is one, on a connection of its own. Nobody can verify the certificate that
// podscore makes itself.
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
