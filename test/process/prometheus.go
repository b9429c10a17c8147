package process

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheusv1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// Prometheus is a running process of Prometheus.
type Prometheus struct {
	*Process
	// URL is where it serves, such as http://127.0.0.1:40002.
	URL string
	// API is a client for it.
	API prometheusv1.API
}

// StartPrometheus starts the binary on a free port of 127.0.0.1, and waits until it is
// ready. config is its configuration file, data the folder of its database, log the
// file for its output.
func StartPrometheus(ctx context.Context, binary, config, data, log string, flags ...string) (*Prometheus, error) {
	running, url, err := startListening(ctx, binary, append([]string{
		"--config.file=" + config, "--storage.tsdb.path=" + data, "--web.listen-address=127.0.0.1:0",
	}, flags...), log)
	if err != nil {
		return nil, err
	}
	client, err := api.NewClient(api.Config{Address: url})
	if err != nil {
		return nil, errors.Join(err, running.Stop())
	}
	return &Prometheus{Process: running, URL: url, API: prometheusv1.NewAPI(client)}, nil
}

// Alertmanager is a running process of Alertmanager.
type Alertmanager struct {
	*Process
	// URL is where it serves, such as http://127.0.0.1:40003.
	URL string
}

// StartAlertmanager starts the binary alone, without peers, on a free port of
// 127.0.0.1, and waits until it is ready.
func StartAlertmanager(ctx context.Context, binary, config, data, log string) (*Alertmanager, error) {
	running, url, err := startListening(ctx, binary, []string{
		"--config.file=" + config, "--storage.path=" + data, "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
	}, log)
	if err != nil {
		return nil, err
	}
	return &Alertmanager{Process: running, URL: url}, nil
}

// listening matches the log line with the address that Prometheus or Alertmanager has.
var listening = regexp.MustCompile(`msg="Listening on".* address=(\S+)`)

// startListening starts a program of the Prometheus project, reads from its log where
// it listens, and waits until /-/ready answers 200.
func startListening(ctx context.Context, binary string, args []string, log string) (_ *Process, url string, err error) {
	running, err := Start(binary, args, log)
	if err != nil {
		return nil, "", err
	}
	for {
		output, _ := os.ReadFile(log)
		if found := listening.FindSubmatch(output); found != nil {
			url = "http://" + string(found[1])
			if status, _, _ := Get(ctx, url+"/-/ready"); status == http.StatusOK {
				return running, url, nil
			}
		}
		select {
		case <-running.Ended():
			return nil, "", fmt.Errorf("%s ended with status %d: %s", binary, running.ExitStatus(), output)
		case <-ctx.Done():
			return nil, "", errors.Join(fmt.Errorf("%s is not ready: %w; it said: %s", binary, ctx.Err(), output), running.Stop())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
