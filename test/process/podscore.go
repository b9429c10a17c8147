package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Podscore is a running process of podscore.
type Podscore struct {
	*Process
	// MetricsURL and ProbesURL are where it serves, such as http://127.0.0.1:40001.
	// ProfilesURL is set only with --pprof-bind-address.
	MetricsURL, ProbesURL, ProfilesURL string
}

// StartPodscore starts the binary on free ports of 127.0.0.1, with a kubeconfig and
// further flags, and waits until it serves. It serves metrics in plain HTTP without
// authentication, unless the flags have --metrics-secure. The scrape interval is 1 s,
// so that new counters go up soon. Output goes to the file log.
func StartPodscore(ctx context.Context, binary, kubeconfig, log string, flags ...string) (*Podscore, error) {
	args := append([]string{
		"--kubeconfig=" + kubeconfig, "--log-format=json",
		"--metrics-bind-address=127.0.0.1:0", "--health-probe-bind-address=127.0.0.1:0", "--metrics-secure=false", "--scrape-interval=1s",
	}, flags...)
	running, err := Start(binary, args, log)
	if err != nil {
		return nil, err
	}
	p := &Podscore{Process: running}
	for p.MetricsURL == "" || p.ProbesURL == "" {
		select {
		case <-p.Ended():
			output, _ := os.ReadFile(log)
			return nil, fmt.Errorf("podscore ended with status %d: %s", p.ExitStatus(), output)
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), p.Stop())
		case <-time.After(10 * time.Millisecond):
			p.readAddresses()
		}
	}
	return p, nil
}

// readAddresses reads from the log where the servers listen.
func (p *Podscore) readAddresses() {
	output, _ := os.ReadFile(p.Log)
	for line := range bytes.Lines(output) {
		var entry struct {
			Msg, Server, Address string
			TLS                  bool
		}
		if json.Unmarshal(line, &entry) != nil || entry.Msg != "Serving" {
			continue
		}
		url := "http://" + entry.Address
		if entry.TLS {
			url = "https://" + entry.Address
		}
		switch entry.Server {
		case "metrics":
			p.MetricsURL = url
		case "probes":
			p.ProbesURL = url
		case "pprof":
			p.ProfilesURL = url
		}
	}
}

// Get sends a GET request, and returns the status and the body of the response.
func Get(ctx context.Context, url string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	return Do(http.DefaultClient, request)
}

// Do sends a request, and returns the status and the body of the response.
func Do(client *http.Client, request *http.Request) (status int, body string, err error) {
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// Metrics returns the metrics at /metrics, by name.
func (p *Podscore) Metrics(ctx context.Context) (map[string]*dto.MetricFamily, error) {
	status, body, err := Get(ctx, p.MetricsURL+"/metrics")
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("/metrics answers %d: %s", status, body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	return parser.TextToMetricFamilies(bytes.NewReader([]byte(body)))
}

// Ready waits until /readyz answers 200. If ctx is done before that, it returns an error
// with the last response.
func (p *Podscore) Ready(ctx context.Context) error {
	for {
		status, body, err := Get(ctx, p.ProbesURL+"/readyz")
		if status == http.StatusOK {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready: %s: %w", body, errors.Join(err, ctx.Err()))
		case <-p.Ended():
			return fmt.Errorf("podscore ended with status %d", p.ExitStatus())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
