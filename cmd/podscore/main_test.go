package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestBadInput: a wrong flag or file ends podscore at once, with an error that names it and
// the remedy.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good", `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c}}], clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]}`)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()

	for _, c := range []struct {
		name, kubeconfig string // KUBECONFIG
		args             []string
		status           int
		want             string
	}{
		{"unknown flag", "", []string{"--presset=cis"}, 2, "unknown flag: --presset; podscore --help lists the flags"},
		{"argument", "", []string{"serve"}, 2, `unexpected argument "serve": podscore takes flags only, such as --metrics-secure=false, and paths behind --check-config`},
		{"value apart from its flag", "", []string{"--metrics-secure", "false"}, 2, `unexpected argument "false": podscore takes flags only, such as --metrics-secure=false, and paths behind --check-config`},
		{"unknown preset", "", []string{"--preset=strict"}, 2, `--preset: unknown preset "strict": use one of cis, restricted, all`},
		{"namespace's name", "", []string{"--exempt-namespaces=kube-system,Team_A"}, 2, `--exempt-namespaces: "Team_A" is no namespace's name, nor a pattern of names: use small letters and digits, with hyphens between them, and * for any characters`},
		{"every namespace exempt", "", []string{"--exempt-namespaces=kube-*,*"}, 2, `--exempt-namespaces: "*" is every namespace: name those that are exempt`},
		{"empty path of a configuration", "", []string{"--config="}, 2, "--config: the path is empty: leave the flag out to have no configuration"},
		{"empty path of exemptions", "", []string{"--exemptions="}, 2, "--exemptions: the path is empty: leave the flag out if no team has exemptions"},
		{"configuration that is not there", "", []string{"--config=/nowhere"}, 2, "/nowhere: it cannot be read: no such file or directory"},
		{"configuration with a mistake", "", []string{"--config=" + write("wrong.yaml", "apiVersion: podscore.io/v1alpha1\nkind: Configuration\npresets: cis\n")}, 2, `unknown field "presets"`},
		{"a team's file with a mistake does not end the start", "", []string{"--exemptions=" + filepath.Join(dir, "wrong.yaml")}, 1, "give --kubeconfig or KUBECONFIG, or run podscore in a cluster"},
		{"nothing to check", "", []string{"--check-config"}, 2, "--check-config: name files or directories behind it"},
		{"quotation mark in a list", "", []string{`--exempt-namespaces=a"b`}, 2, `--exempt-namespaces: a quotation mark in "a\"b": give names, separated by commas`},
		{"watched namespace's name", "", []string{"--namespaces=shop,Team_A"}, 2, `--namespaces: "Team_A" is no namespace's name`},
		{"no watched namespace", "", []string{"--namespaces="}, 2, "--namespaces: no name in it: leave the flag out to watch all namespaces"},
		{"no shards", "", []string{"--shards=0"}, 2, "--shards: 0 is not between 1 and 8"},
		{"shards without a number", "", []string{"--shards=3"}, 2, `--shard: which of the 3 shards this is, is not said: give a number from 0 to 2, another to each podscore, or "ordinal" in a StatefulSet`},
		{"shard beyond the last", "", []string{"--shards=3", "--shard=3"}, 2, "--shard: 3 is not between 0 and 2, which --shards=3 allows"},
		{"shard that is no number", "", []string{"--shards=3", "--shard=last"}, 2, `--shard: "last" is neither a number nor "ordinal"`},
		{"shards of a few namespaces", "", []string{"--shards=3", "--shard=0", "--namespaces=shop"}, 2, "--shards and --namespaces exclude each other"},
		{"ordinal beyond the last", "", []string{"--shards=3", "--shard=ordinal"}, 2, `--shard: 7 (the pod's name is "podscore-7") is not between 0 and 2, which --shards=3 allows`},
		{"limit below 0", "", []string{"--workload-series-limit=-1"}, 2, "--workload-series-limit: -1 is below 0"},
		{"limit that is no number", "", []string{"--workload-series-limit=many"}, 2, `invalid argument "many" for "--workload-series-limit" flag`},
		{"log format", "", []string{"--log-format=xml"}, 2, `--log-format: unknown value "xml": use one of text, json`},
		{"log level", "", []string{"--log-level=trace"}, 2, `--log-level: unknown value "trace": use one of info, debug`},
		{"scrapes too rare", "", []string{"--scrape-interval=2h"}, 2, "--scrape-interval: 2h0m0s is not between 1s and 1h"},
		{"silence too short", "", []string{"--watch-stalled-after=10ms"}, 2, "--watch-stalled-after: 10ms is less than 1s"},
		{"Lease's name", "", []string{"--leader-elect", "--leader-elect-resource-name=Pod_score"}, 2, `--leader-elect-resource-name: "Pod_score" is no Lease's name`},
		{"Lease's namespace", "", []string{"--leader-elect", "--leader-elect-resource-namespace=Team_A"}, 2, `--leader-elect-resource-namespace: "Team_A" is no namespace's name`},
		{"Lease too short", "", []string{"--leader-elect", "--leader-elect-lease-duration=100ms"}, 2, "--leader-elect-lease-duration: 100ms is less than 1s"},
		{"deadline past the Lease", "", []string{"--leader-elect", "--leader-elect-renew-deadline=15s"}, 2, "--leader-elect-renew-deadline: 15s is not less than --leader-elect-lease-duration=15s: two replicas could report at once"},
		{"retries past the deadline", "", []string{"--leader-elect", "--leader-elect-retry-period=6s"}, 2, "--leader-elect-retry-period: 6s is not between 0 and half of --leader-elect-renew-deadline=10s"},
		{"Lease without an election", "", []string{"--leader-elect-lease-duration=30s"}, 2, "--leader-elect-lease-duration: there is no election without --leader-elect: add it, or leave this flag out"},
		{"election outside a pod", good, []string{"--leader-elect"}, 1, "--leader-elect: podscore does not run in a pod: name the Lease's namespace with --leader-elect-resource-namespace"},
		{"no API server", "", nil, 1, "give --kubeconfig or KUBECONFIG, or run podscore in a cluster"},
		{"kubeconfig that is not there", "", []string{"--kubeconfig=/nowhere"}, 1, "--kubeconfig=/nowhere: stat /nowhere: no such file or directory"},
		{"kubeconfig that does not parse", "", []string{"--kubeconfig=" + write("bad", "{[")}, 1, "error loading config file"},
		{"kubeconfig without a cluster", "", []string{"--kubeconfig=" + write("empty", "{}")}, 1, "no such file, or it names no cluster"},
		{"KUBECONFIG that is not there", "/nowhere", nil, 1, "KUBECONFIG=/nowhere: no such file, or it names no cluster"},
		{"address in use", good, []string{"--metrics-bind-address=" + taken.Addr().String()}, 1, "--metrics-bind-address: listen tcp " + taken.Addr().String() + ": bind: address already in use: choose an address that is free"},
		{"other address in use", good, []string{"--metrics-bind-address=127.0.0.1:0", "--health-probe-bind-address=" + taken.Addr().String()}, 1, "--health-probe-bind-address: listen tcp"},
		{"profiles' address in use", good, []string{"--metrics-bind-address=127.0.0.1:0", "--pprof-bind-address=" + taken.Addr().String()}, 1, "--pprof-bind-address: listen tcp"},
		{"certificate for plain HTTP", good, []string{"--metrics-secure=false", "--metrics-cert-path=" + dir}, 2, "--metrics-cert-path: there is no use for a certificate with --metrics-secure=false"},
		{"certificate's name without its folder", good, []string{"--metrics-cert-name=a.pem"}, 2, "--metrics-cert-name and --metrics-cert-key: they are files in the folder --metrics-cert-path, which is not given"},
		{"no certificate", good, []string{"--metrics-cert-path=/nowhere"}, 1, "--metrics-cert-path=/nowhere: no certificate with its key: open /nowhere/tls.crt: no such file or directory: put them there as --metrics-cert-name=tls.crt and --metrics-cert-key=tls.key"},
		{"certificate that is none", good, []string{"--metrics-cert-path=" + dir, "--metrics-cert-name=good", "--metrics-cert-key=good"}, 1, "tls: failed to find any PEM data"},
		{"address that is none", good, []string{"--metrics-bind-address=8080"}, 2, `--metrics-bind-address: "8080" is no address: write host:port, such as 127.0.0.1:8080, or :8080 for all interfaces`},
		{"empty address", good, []string{"--health-probe-bind-address="}, 2, `--health-probe-bind-address: "" is no address`},
		{"port that is none", good, []string{"--pprof-bind-address=127.0.0.1:99999"}, 2, `--pprof-bind-address: "127.0.0.1:99999" is no address`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("KUBECONFIG", c.kubeconfig)
			t.Setenv("KUBERNETES_SERVICE_HOST", "")
			t.Setenv("POD_NAME", "podscore-7")
			var stdout, stderr bytes.Buffer
			status := run(t.Context(), c.args, &stdout, &stderr)
			lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
			if last := lines[len(lines)-1]; status != c.status || !strings.HasPrefix(last, "podscore: ") || !strings.Contains(stderr.String(), c.want) {
				t.Errorf("status %d, %q\nwant %d and %q", status, stderr.String(), c.status, c.want)
			}
			if stdout.Len() > 0 {
				t.Errorf("an error is no output: %q", stdout.String())
			}
		})
	}
}

func TestHelpAndVersion(t *testing.T) {
	for flag, want := range map[string]string{"--help": "--exempt-namespaces", "-h": "Usage:", "--version": "podscore devel (revision unknown, go"} {
		var stdout, stderr bytes.Buffer
		if status := run(t.Context(), []string{flag}, &stdout, &stderr); status != 0 || stderr.Len() > 0 || !strings.Contains(stdout.String(), want) {
			t.Errorf("%s: status %d, %q, %q; want 0 and on standard output %q", flag, status, stdout.String(), stderr.String(), want)
		}
	}
}

func TestEmptyExemptionsExemptNone(t *testing.T) {
	f, err := parseFlags([]string{"--exempt-namespaces="}, &bytes.Buffer{})
	if err != nil || len(f.scoring.exemptNamespaces) != 0 {
		t.Errorf("got %v, %v", f, err)
	}
}

func TestShardFromTheOrdinal(t *testing.T) {
	for name, want := range map[string]string{"podscore-0": "0", "podscore-12": "not between", "team-a-podscore-2": "2", "podscore": "no number at the end", "podscore-x7k2": "no number at the end"} {
		t.Setenv("POD_NAME", name)
		f, err := parseFlags([]string{"--shards=3", "--shard=ordinal"}, io.Discard)
		switch {
		case err != nil && !strings.Contains(err.Error(), want):
			t.Errorf("%s: %v, want %s", name, err, want)
		case err == nil && strconv.Itoa(f.sharding.shard.Index) != want:
			t.Errorf("%s: shard %d, want %s", name, f.sharding.shard.Index, want)
		}
	}
}
